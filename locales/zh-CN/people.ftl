# 在此有名字的人：登录、打开邀请链接、账户。

people-sign-in = 登录
people-name = 名称
people-password = 密码
people-sign-in-about = 此 Easel 仅供其所有者邀请的人使用。
people-forgot = 忘记密码？所有者可以用“easel people reset 名称”获得设置新密码的链接。
people-no-owner = 此 Easel 尚无所有者。启动它的人可通过启动时打印的链接成为所有者；“easel people link”会再打印一个。
people-proxy = 此 Easel 只允许其前面的代理所指明的人进入。这个请求来自别的途径，或者其中的名称缺失、已被所有者移除、与他人的名称相似：请打开平时的地址并在那里登录，或联系所有者。
people-link-proxy = 此链接需要由此 Easel 前面的代理指明您是谁：请先登录，再在平时的地址打开它。
people-wrong = 名称或密码不正确。
people-too-soon = 尝试密码的次数过多。请在 { $seconds } 秒后重试。
people-busy = 现在登录的人太多。请稍后重试。
people-store = Easel 的数据库没有响应。请稍后重试。
people-no-name = 请输入不超过 100 个可见字符的名称。
people-no-password = 密码须为 { $least } 到 { $most } 个字符。
people-password-help = 至少 { $least } 个字符；用几个词组成就很好。
people-taken = 已经有人叫“{ $name }”。请换一个名称。
people-gone = 此链接已失效：它已被使用或已过期。请索取一个新的。
people-come-in = 进入
# $role: people-owner, people-maker or people-viewer.
people-invited = 您受邀以{ $role }身份使用此 Easel。请选择名称和密码。此浏览器之前在这里制作的内容会一并归您。
people-new-password-for = { $name } 的新密码
people-reset-about = 之后您会在其他所有地方退出登录。
# $role: people-owner, people-maker or people-viewer.
people-become = 通过此链接，您将成为这里的{ $role }。
people-owner = 所有者
people-maker = 创作者
people-viewer = 观看者
people-title = 人员
# $role: people-owner, people-maker or people-viewer.
people-you = 您是 { $name }，{ $role }。
# $link: people-title.
people-of-connections = 您的账户以及这里的其他人：{ $link }
people-change-password = 更改密码
people-old-password = 当前密码
people-new-password = 新密码
people-changed = 密码已更改，您已在其他所有地方退出登录。
people-browsers = 您已登录的位置
people-some-browser = 某个浏览器
people-this-browser = 此浏览器
people-signed-in-on = 登录于 { $day }
people-sign-out = 退出登录
people-sign-out-of = 在 { $browser } 退出登录
people-sign-out-everywhere = 在所有地方退出登录
people-everybody = 所有人
people-roles = 所有者可以做一切。创作者可用提供的模型生成图片。观看者只能查看已有内容，不能开始或更改任何内容。
people-since = 自 { $day }
people-role = 角色
people-role-of = { $name } 的角色
people-set-role = 设置
people-set-role-of = 设置 { $name } 的角色
people-remove = 移除
people-remove-named = 移除 { $name }…
people-remove-about = 此人会立即退出登录，其 API 密钥将全部失效，其共享的内容不再共享。其制作的内容保留在服务器上，但没有人能看到。此操作无法撤销。
people-remove-made = 同时删除其制作的内容
people-remove-named-by-proxy = 即使代理仍指明此人，也会被拒之门外，直到有人输入：easel people readmit 名称
people-removed = { $name } 已不在这里。
people-last-owner = Easel 必须有所有者：请先让别人成为所有者。
people-not-here = 此人已不在这里，可能已被他人移除。
people-invite = 邀请他人
people-make-link = 生成链接
# $role: people-owner, people-maker or people-viewer.
people-link = 此链接在 7 天内让一个人以{ $role }身份进入一次。它只显示这一次：请立即复制。
people-links = 尚无人使用的链接
people-link-until = 有效至 { $day }
people-take-back = 收回
