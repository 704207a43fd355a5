# 蒙版画板。

painter-open = 绘制蒙版
painter-again = 继续绘制蒙版
painter-picture-first = 请先选择图片：蒙版绘制在图片之上。
painter-file-white = 白色部分重新生成，黑色部分保留。
painter-file-black = 黑色部分重新生成，白色部分保留。

painter-title = 绘制：{ $label }
painter-help = 涂抹需要重新生成的部分。
painter-picture = 蒙版下的图片
painter-keys = 按键：方向键移动画笔，加 Shift 移动更远；空格放下或抬起画笔；[ 和 ] 改变大小；B 画笔，E 橡皮；Ctrl Z 撤销。
painter-tool = 工具
painter-brush = 画笔
painter-eraser = 橡皮
painter-size = 画笔大小
painter-undo = 撤销
painter-clear = 清除
painter-cancel = 取消
painter-use = 使用蒙版

painter-down = 画笔已放下。
painter-up = 已涂抹 { $percent } %。
painter-undone = 已撤销。已涂抹 { $percent } %。
painter-cleared = 现在没有任何涂抹。
painter-empty = 还没有涂抹任何部分。
painter-broken = 无法显示这张图片，因此不能在上面绘制。请以文件形式添加。
