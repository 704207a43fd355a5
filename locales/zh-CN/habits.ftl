# What a person always wants of the chosen model, below the prompt.

habits-title = 使用 { $model } 时始终
habits-nothing = 尚未保存任何内容。请先在设置中调整输入，然后保存。
habits-kept = 每次选择它时，都以 { $inputs } 开始。
habits-keep = 保存当前设置
habits-forget = 忘记
habits-spare-title = 如果没有开始
habits-spare = 改用
habits-no-spare = 无
habits-after = 超过此秒数时也改用
habits-billed = 即使两者都可能收费
habits-spare-help = 会先停止第一个模型。如果无法确定它会停止且不收费，则仅在勾选上方选项时才尝试另一个模型。
habits-wrong = 未能保存。请稍后再试。
habits-too-many = 超出了可保存的数量。请先忘记一些内容。
