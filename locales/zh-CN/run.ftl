# 模型运行期间以及对结果的提示。

run-cold-start = 这是冷启动的演示：一段时间没人使用的模型要先加载。Easel 会一直询问，直到它准备好。
run-no-credit = 此账户未启用 { $provider }；改用 { $next }
run-no-longer-served = { $provider } 不再提供此模型；改用 { $next }
run-turned-away = { $provider } 拒绝了请求；改用 { $next }
run-down = { $provider } 无法使用；改用 { $next }
run-hub-unreachable = 无法连接 Hub（{ $why }），因此 Easel 查不到谁提供 { $model }；正在尝试 hf-inference
run-staging = { $provider } 仅供测试地提供 { $model }；可能失败或变化。
run-check-failed = Hugging Face 上次检查 { $provider } 上的 { $model } 失败；仍然尝试。
run-left-out = { $provider } 不接受：{ $names }
run-from-cache = 这张图片来自提供方的缓存。
run-pictures-lost = 有 { $count } 张图片无法下载：{ $error }
run-parts-lost = 结果中有 { $count } 部分无法下载：{ $error }
run-files-lost = { $count } 个文件中有 { $lost } 个无法下载：{ $error }
run-picture-failed = 其中一张图片失败了。
run-other-size = 图片为 { $width } × { $height }，而不是所要求的 { $asked_width ->
    [0] 任意
   *[other] { $asked_width }
} × { $asked_height ->
    [0] 任意
   *[other] { $asked_height }
}。
run-unknown-kind = 返回的不是 Easel 认识的图片，已作为文件保存，可以下载。
run-svg-too-large = SVG 已作为文件保存，但不显示：它超过 8 MiB。
run-svg-too-complex = SVG 已作为文件保存，但不显示：它太复杂，无法绘制。
run-svg-too-slow = SVG 已作为文件保存，但不显示：绘制时间过长。
run-svg-busy = SVG 已作为文件保存，但不显示：同时绘制的太多。
run-too-many-outputs = Easel 最多保存 { $count } 项结果。
run-too-many-pictures = 模型生成了 { $made } 张图片，Easel 保存前 { $count } 张。
run-unreachable = 无法连接 { $host }：第 { $number } 次尝试，共 { $tries } 次
run-busy = { $whose } 正忙：{ $seconds } 秒后进行第 { $number } 次尝试，共 { $tries } 次
run-busy-or-unreachable = { $host } 正忙或无法连接：{ $seconds } 秒后进行第 { $number } 次尝试，共 { $tries } 次
run-rate-limit = 正在等待 { $provider } 的速率限制，{ $seconds } 秒。
run-cancel-open = { $provider } 尚未确认取消；它仍可能完成。
run-still-trying = 暂时无法连接 { $provider }；仍在尝试。
run-preparation-failed = 应用对“{ $input }”的准备失败：{ $error }
run-failed-early = 应用在完成之前失败；此前生成的内容已保存。它说：{ $error }
run-cannot-save-yet = 图片已完成，但还不能保存：{ $error }。Easel 会再试。
run-not-twice = 等待时间超过了您的设定。没有尝试 { $model }：无法确定当前这个是否会停止，两者可能都会计费。
run-spare-not-started = 无法启动 { $model }：{ $error }。
