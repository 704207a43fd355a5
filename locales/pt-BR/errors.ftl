# Why there is no picture. “error-” says what happened: without a capital and a period, because it
# also follows “Falhou:”. “next-” is a sentence that says what to do.

error-bad-key = { $provider } não aceita a chave em { $variable }
error-missing-key = { $provider } precisa de uma chave
error-not-permitted = a chave em { $variable } não tem permissão para isso
error-no-credit = não há mais crédito em { $provider }
error-gated = { $model } pede que você aceite a licença antes
error-model-not-found = o modelo { $model } não existe
error-unsupported = { $model } não pode ser executado aqui
error-inputs = o modelo não aceitou as entradas
error-too-many-requests = pedidos demais
error-quota = a cota acabou
error-asleep = { $model } está dormindo e não acordou a tempo
error-paused = { $model } foi pausado pelo dono
error-filtered = o filtro do provedor reteve a imagem
error-model-failed = o modelo falhou
error-bad-answer = a resposta não era uma imagem
error-unreachable = não foi possível acessar { $host }
error-busy = { $host } está ocupado
error-timeout = a resposta não veio a tempo
error-unknown = a resposta se perdeu
error-expired = o resultado expirou no provedor
error-not-allowed = este servidor não pode acessar { $origin }
error-still-loading = o modelo ainda estava carregando depois de { $tries } tentativas
error-interrupted = o servidor foi interrompido no meio do trabalho
error-conflict = este id pertence a outro pedido
error-not-found = essa geração não existe
error-cancelled = cancelado
error-cross-site = a página não é deste servidor
error-storage = o Easel não conseguiu guardar a imagem
error-cannot-keep = não é possível guardar imagens agora: { $detail }. Nada foi iniciado
error-server-unreachable = não foi possível acessar o servidor do Easel
error-internal = algo deu errado dentro do Easel
error-no-room = o disco do servidor do Easel está quase cheio, por isso nada novo é iniciado
error-endpoint-paused = o endpoint { $host } está pausado
error-endpoint-failed = o endpoint { $host } não conseguiu iniciar
error-endpoint-off = o endpoint { $host } está desligado: foi pausado ou não conseguiu iniciar
error-own-gallery-full = suas imagens e arquivos ocupam todos os { $limit } MB que cada pessoa pode guardar aqui, por isso nada foi iniciado
error-all-galleries-full = todas as imagens e arquivos juntos ocupam os { $limit } MB que este servidor guarda, por isso nada foi iniciado
error-not-signed-in = você não entrou com a sua conta aqui
error-only-looking = aqui você pode ver, mas não criar nem mudar nada
# $limit: an amount like “10.00 USD”, or as money-generations says it.
error-budget-spent = { $whose ->
    [own] o seu orçamento de { $limit } por { $period ->
        [day] dia
       *[month] mês
    } acabou, por isso nada foi iniciado
   *[all] o orçamento de { $limit } por { $period ->
        [day] dia
       *[month] mês
    } para todos aqui acabou, por isso nada foi iniciado
}
# $limit: which one; $allowed: how much it allows. The page of limits has them in the same order.
error-limit = { $limit ->
    [at-once] já há tantas gerações suas em andamento quantas uma pessoa pode ter ao mesmo tempo aqui ({ $allowed }), por isso nada foi iniciado
    [an-hour] você já começou em uma hora tantas gerações quantas uma pessoa pode aqui ({ $allowed }), por isso nada foi iniciado
    [a-day] você já começou hoje tantas gerações quantas uma pessoa pode por dia aqui ({ $allowed }), por isso nada foi iniciado
    [a-day-in-all] já foram começadas hoje tantas gerações quantas todos juntos podem por dia aqui ({ $allowed }), por isso nada foi iniciado
    [uploads] com este arquivo, seria enviado daqui hoje mais do que uma pessoa pode ({ $allowed } MB)
    [searches] vieram do seu endereço em um minuto mais buscas do que podem aqui ({ $allowed })
    [starts] começam no seu endereço em um minuto mais gerações do que podem aqui ({ $allowed }), por isso nada foi iniciado
   *[other] um limite foi alcançado aqui ({ $allowed })
}

error-sentence = { $what }.
error-plain = { $what }. { $next }
error-billed = Pode ter havido cobrança.

error-link-licence = Abrir a licença
error-link-page = Abrir a página dele
error-link-endpoints = Abrir seus endpoints
error-link-key = Criar um token de { $provider }
error-link-billing = Cobrança de { $provider }

next-unbilled = Nada foi cobrado. Tente de novo.
next-said = Mude o que o app pede e tente de novo.
next-login = Coloque “https://host usuário senha” para ele em { $variable } no .env e inicie o Easel de novo.
next-server-key = Coloque “https://host/v1 chave” para ele em { $variable } no .env e inicie o Easel de novo.
next-bad-key = { $variable ->
    [Connections] Crie uma chave nova e informe-a em Conexões.
   *[other] Crie uma chave nova, coloque-a em { $variable } e inicie o Easel de novo.
}
next-missing-key = { $variable ->
    [Connections] A chave com que começou foi removida. Informe a sua de novo em Conexões e gere outra vez.
   *[other] Informe uma em Conexões, ou coloque-a em { $variable } no .env e inicie o Easel de novo.
}
next-not-permitted = { $variable ->
    [Connections] Crie uma chave com essa permissão e informe-a em Conexões.
   *[other] Crie uma chave com essa permissão e coloque-a em { $variable }.
}
next-again-in = Tente de novo em { $time }.
next-quota-in = Ela é renovada em { $time }. Ou escolha outro modelo.
next-not-allowed = Se você confia nele, quem é dono adiciona { $origin } em Conexões, ou a EASEL_ALLOWED_ORIGINS no .env.
next-no-credit = Adicione crédito lá ou escolha outro modelo.
next-gated = Aceite a licença na página dele e tente de novo.
next-model-not-found = Confira a grafia. Um modelo privado precisa de uma chave com permissão de leitura.
next-unsupported = Escolha outro modelo.
next-inputs = Mude as entradas marcadas e tente de novo.
next-inputs-unmarked = Altere as entradas e tente de novo.
next-too-many-requests = Espere um pouco e tente de novo.
next-quota = Espere a renovação ou escolha outro modelo.
next-asleep = Tente de novo em alguns minutos.
next-paused = Só o dono pode iniciá-lo de novo. Você pode duplicá-lo.
next-filtered = Mude o prompt e tente de novo.
next-model-failed = Tente de novo, talvez com outras entradas.
next-bad-answer = Tente de novo. Se continuar assim, escolha outro modelo.
next-unreachable = Confira o endereço e a rede e tente de novo.
next-busy = Tente de novo em um minuto.
next-unknown = Pode ter sido executado mesmo assim. Olhe a página do provedor antes de tentar de novo.
next-run-again = Execute de novo.
next-still-loading = Volte em alguns minutos ou escolha outro modelo.
next-start-anew = Aperte Gerar para começar de novo.
next-cross-site = Recarregue a página e tente de novo.
next-storage = Confira o disco e o banco de dados do servidor e tente de novo.
next-server-unreachable = Confira se ele está rodando. Gerar retoma o mesmo trabalho.
next-internal = Tente de novo. O log do servidor diz mais.
next-no-room = Libere espaço lá e tente de novo.
next-endpoint-failed = Nada foi enviado ao modelo. Veja o registro e inicie-o de novo nas configurações dele, depois tente de novo.
next-endpoint-off = Nada foi enviado ao modelo. Retome o endpoint nas configurações dele, depois tente de novo.
next-own-gallery-full = Apague algumas das suas de que não precisa mais e tente de novo.
next-all-galleries-full = Apague o que não precisa mais: uma hora depois haverá espaço. Ou peça a quem é dono deste Easel que aumente o limite em “Limites”.
next-not-signed-in = Entre com a sua conta; quem é dono deste Easel pode convidar você. Nada foi iniciado.
next-only-looking = Peça a quem é dono deste Easel que deixe você criar imagens.
# $day: 2026-11-29.
next-budget-spent = Ele recomeça em { $day } (UTC). Quem é dono deste Easel pode aumentá-lo em “Dinheiro”.
# $time: as number-seconds, number-minutes or number-hours says it.
next-limit = { $limit ->
    [at-once] Espere até que uma delas termine, ou cancele uma. Quem é dono deste Easel pode aumentar o limite em “Limites”.
   *[other] Tente de novo em { $time }. Quem é dono deste Easel pode aumentar o limite em “Limites”.
}
