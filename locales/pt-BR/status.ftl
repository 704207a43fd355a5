# How far a generation is. What stands before the first “·” is the phase, which screen readers are
# told of at once; what stands after it are numbers.

status-starting = Iniciando
status-waking = Acordando o modelo · { $stage }
status-queued = { $queue ->
    [own] Na fila do próprio Easel
   *[provider] Na fila
}
status-queued-place = { $queue ->
    [own] { $place }º na fila do próprio Easel
   *[provider] { $place }º na fila
}
status-queued-of = { $queue ->
    [own] { $place }º de { $size } na fila do próprio Easel
   *[provider] { $place }º de { $size } na fila
}
status-queued-about = { $queued } · cerca de { $seconds } s
status-painting = Pintando
# $words: one of the messages of this file; $notice: the provider's own words.
status-with-notice = { $words } · { $notice }
status-usual = { $words } · costuma levar { $usual }
status-left = { $words } · costuma levar { $usual }, faltam cerca de { $left }
status-longer = { $words } · mais do que o habitual ({ $usual })
status-step = { $doing } · { $unit ->
    [step] passo
   *[other] { $unit }
} { $step }
status-step-of = { $doing } · { $unit ->
    [step] passo
   *[other] { $unit }
} { $step } de { $total }
status-percent = { $doing } · { $percent } %
status-loading = O modelo está carregando
status-loading-try = Carregando o modelo · tentativa { $tries } de { $most }
status-cancelling = Cancelando
status-cancel-sent = Cancelando…
status-cancel-undelivered = Não foi possível acessar o Easel · o cancelamento será enviado quando a conexão voltar
status-lost = Conexão perdida · nova tentativa até o Easel responder
status-running = Em andamento
status-done = Pronto
# $words: status-done or status-no-success; $cost: as money-amount says it.
status-cost = { $words } · { $cost }
status-cancelled = Cancelado
status-no-success = Não deu certo
status-failed = Falhou
status-failed-because = Falhou: { $what }
# $words: one of the messages above; $model: the one that took the place of the first.
status-instead = { $words } · com { $model }, pois o primeiro não começou
status-instead-late = { $words } · com { $model }, pois o primeiro demorou demais

notifier-question = Isso leva um tempo.
notifier-yes = Avisar quando terminar
notifier-no = Agora não
notifier-done = Suas imagens estão prontas
notifier-asked = Você será avisado
late-headline = Isso está levando o dobro do habitual.
late-tell = Avisar quando terminar
late-instead = Parar e usar { $model }
late-stop = Parar
late-same = É este modelo que já está em execução. Nada foi parado.
late-too-often = Outro modelo já tomou o lugar do anterior três vezes, que é o máximo. Nada foi parado.
notifier-sound = Com um som
notifier-closed = Também com o Easel fechado
notifier-closed-wrong = Não funcionou. Permita as notificações deste endereço no navegador e tente de novo.
push-failed = Isto não deu certo
push-comparison = Sua comparação está pronta
push-grid = Sua grade está pronta
