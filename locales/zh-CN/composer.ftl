# The prompt bar.

composer-form = 请求
composer-prompt = 提示词
composer-placeholder = 想让图片展示什么？
composer-no-prompt = 此模型不需要提示词。可以写一句说明。
composer-prompt-needed = 请输入图片要展示的内容。
composer-add-picture = 添加图片
composer-count = 图片数量
composer-settings = 设置
composer-compare = 比较
composer-words = 词语
composer-generate = 生成
# To somebody who may not make pictures, where others have the prompt.
composer-only-looking = 您可以在这里查看图片；如需制作图片，请联系所有者。
