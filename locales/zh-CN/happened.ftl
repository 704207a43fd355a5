# 关于人们在此所做之事的页面。

happened-title = 发生的事
# $link: happened-title.
happened-of-connections = 谁进入过，谁更改、共享或删除了什么：{ $link }
happened-about = 最新的在前，保留 400 天。其中没有密钥、密码和提示词。
happened-nothing = 还没有。
happened-earlier = 更早
happened-csv = 全部数据（CSV）
# These follow a name. $about: whom or what it is about, in the words of whoever did it.
happened-signed-in = 登录
happened-came-in = 通过链接进入
happened-signed-out = 退出登录
happened-changed-password = 更改了密码
happened-invited = 为新人生成了链接：{ $about }
happened-took-back = 收回了链接
happened-set-role = 更改了角色：{ $about }
happened-removed-person = 移除了人员：{ $about }
happened-made-api-key = 创建了 API 密钥：{ $about }
happened-revoked-api-key = 撤销了 API 密钥：{ $about }
happened-gave-key = 填写了提供商的密钥：{ $about }
happened-removed-key = 移除了提供商的密钥：{ $about }
happened-set-price = 填写了价格：{ $about }
happened-removed-price = 移除了价格：{ $about }
happened-set-currency = 设置了货币：{ $about }
happened-set-budget = 设置了预算：{ $about }
happened-removed-budget = 移除了预算：{ $about }
happened-shared = 共享了：{ $about }
happened-unshared = 取消了共享：{ $about }
happened-deleted = 删除了：{ $about }
happened-restored = 恢复了：{ $about }
happened-spent = 开始了一次生成：{ $about }
happened-gave-own-key = 填写了自己的密钥：{ $about }
happened-removed-own-key = 移除了自己的密钥：{ $about }
happened-set-limit = 更改了限制：{ $about }
happened-set-offers = 更改了提供的模型：{ $about }
happened-set-origins = 更改了可联系的来源：{ $about }
happened-set-own-keys = 更改了是否允许自带密钥：{ $about }
happened-copied-space = 复制了 Space：{ $about }
happened-failed-sign-in = 从 { $about } 尝试了错误的密码
