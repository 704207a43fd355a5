# The gallery: what was made earlier.

wall-title = 画廊
wall-search = 搜索
wall-search-placeholder = 搜索提示词和模型
wall-all = 全部
wall-starred = 已收藏
wall-provider = 提供方
wall-all-providers = 所有提供方
wall-select = 选择
wall-menu = 更多筛选和大小
wall-only-failed = 仅失败的
wall-size = 图片大小
wall-small = 小
wall-medium = 中
wall-large = 大
wall-more = 显示更多
wall-none = 没有匹配的图片。
wall-none-for = 没有与“{ $search }”匹配的图片。单词从开头匹配。
wall-clear = 清除搜索
wall-pictures = { $number } 张图片
wall-more-pictures = 超过 { $number } 张图片
wall-failed = { $failed } 个失败
wall-cancelled = { $cancelled } 个已取消
wall-failed-and-cancelled = { $failed } 个失败，{ $cancelled } 个已取消
wall-show = · 显示

wall-select-one = 选择 { $name }
wall-star-one = 收藏 { $name }
wall-star = 收藏
wall-delete = 删除
wall-selection = 所选
wall-selected = 已选择 { $count } 项
wall-download-zip = 下载 zip
wall-too-many = 每个文件最多选择 { $most } 项。
wall-end-selection = 结束选择

wall-collections = 合集
wall-collection = 合集
wall-collection-title = 不填名称则移出所在合集
wall-collect = 加入合集
