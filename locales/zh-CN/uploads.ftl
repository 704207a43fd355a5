# Why a file that somebody adds is refused, and what to do.

upload-no-file = 请发送一个文件，不超过 32 MiB。
upload-empty = 这个文件是空的。
upload-cut = 这个文件在传输途中被截断，缺少结尾。请重新添加。
upload-too-large = 这个文件超过了 Easel 接受的 32 MiB。
upload-no-cookie = 浏览器没有发送 Easel 的 Cookie。请允许它，然后重新加载页面。
upload-many = 同时上传的文件太多。请一分钟后重试。
upload-many-pictures = 同时检查的图片太多。请一分钟后重新添加。
upload-no-room = 无法保存文件：Easel 文件所在的磁盘只剩 { $free } MB，而必须留出 { $floor } MB。
upload-personal = 无法从这张照片中去除拍摄地点和拍摄者的信息。请另存为 PNG 或 JPEG，再添加那个文件。
upload-heic = 这是 HEIC 照片，浏览器和模型都无法读取。请转换为 JPEG。
# $kind: the name of a format, such as TIFF.
upload-uncommon = 这是 { $kind }，很少有模型能读取。请另存为 PNG 或 JPEG，再添加那个文件。
upload-no-picture = 这不是 PNG、JPEG、WebP、GIF 或 AVIF 图片。
