# O que o Easel observa enquanto um modelo trabalha, e sobre o que saiu disso.

run-cold-start = Esta é uma demonstração de partida a frio: um modelo que ninguém usou por um tempo precisa carregar primeiro. O Easel continua perguntando até que ele esteja pronto.
run-no-credit = { $provider } não está habilitado para esta conta; usando { $next }
run-no-longer-served = { $provider } não oferece mais este modelo; usando { $next }
run-turned-away = { $provider } recusou o pedido; usando { $next }
run-down = { $provider } está fora do ar; usando { $next }
run-hub-unreachable = Não foi possível acessar o Hub ({ $why }), por isso o Easel não sabe quem oferece { $model }; tentando hf-inference
run-staging = { $provider } oferece { $model } só para testes; pode falhar ou mudar.
run-check-failed = A última verificação de { $model } em { $provider } pela Hugging Face falhou; tentando mesmo assim.
run-left-out = { $provider } não aceita: { $names }
run-from-cache = Esta imagem veio do cache do provedor.
run-pictures-lost = { $count ->
    [one] Uma imagem não pôde ser baixada: { $error }
   *[other] { $count } imagens não puderam ser baixadas: { $error }
}
run-parts-lost = { $count ->
    [one] Uma parte do resultado não pôde ser baixada: { $error }
   *[other] { $count } partes do resultado não puderam ser baixadas: { $error }
}
run-files-lost = { $lost } de { $count } arquivos não puderam ser baixados: { $error }
run-picture-failed = Uma das imagens falhou.
run-other-size = A imagem tem { $width } × { $height }, e não { $asked_width ->
    [0] qualquer
   *[other] { $asked_width }
} × { $asked_height ->
    [0] qualquer
   *[other] { $asked_height }
} como pedido.
run-unknown-kind = A resposta não é uma imagem que o Easel conheça. Ela é guardada como arquivo para baixar.
run-svg-too-large = O SVG é guardado como arquivo e não é mostrado: tem mais de 8 MiB.
run-svg-too-complex = O SVG é guardado como arquivo e não é mostrado: é complexo demais para desenhar.
run-svg-too-slow = O SVG é guardado como arquivo e não é mostrado: demorou demais para desenhar.
run-svg-busy = O SVG é guardado como arquivo e não é mostrado: há muitos sendo desenhados ao mesmo tempo.
run-too-many-outputs = O Easel não guarda mais de { $count } resultados.
run-too-many-pictures = O modelo fez { $made } imagens, e o Easel guarda as primeiras { $count }.
run-unreachable = Não foi possível acessar { $host }: tentativa { $number } de { $tries }
run-busy = { $whose } está ocupado: tentativa { $number } de { $tries } em { $seconds } s
run-busy-or-unreachable = { $host } está ocupado ou inacessível: tentativa { $number } de { $tries } em { $seconds } s
run-rate-limit = À espera do limite de pedidos de { $provider }, { $seconds } s.
run-cancel-open = { $provider } ainda não confirmou o cancelamento; pode ser que termine.
run-still-trying = { $provider } está inacessível no momento; o Easel continua tentando.
run-preparation-failed = A preparação de “{ $input }” pelo aplicativo falhou: { $error }
run-failed-early = O aplicativo falhou antes de terminar; o que já tinha feito foi guardado. Ele diz: { $error }
run-cannot-save-yet = A imagem está pronta, mas ainda não pode ser salva: { $error }. O Easel tenta de novo.
run-not-twice = Está demorando mais do que você queria esperar. { $model } não é tentado: ninguém sabe se este pararia, e ambos poderiam ser cobrados.
run-spare-not-started = Não foi possível iniciar { $model }: { $error }.
