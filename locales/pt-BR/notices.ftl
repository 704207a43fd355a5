# What the page says for a moment.

notice-undo = Desfazer
notice-unreachable = Não foi possível acessar o Easel.
notice-unreachable-check = Não foi possível acessar o Easel. Confira se ele está rodando.
notice-still-loading = O modelo ainda está carregando depois de { $tries } tentativas. Tente mais tarde.
notice-internal = Algo deu errado dentro do Easel.
notice-uploading = Enviando
notice-upload-unreachable = Não foi possível acessar o Easel. Tente de novo quando a conexão voltar.
notice-upload-failed = O envio falhou.
notice-upload-too-large = Este arquivo é grande demais para um servidor entre o Easel e esta página, que aceita menos do que o Easel (HTTP 413).
notice-upload-broken = A conexão caiu. Tente de novo; se continuar assim, um servidor no caminho não aceita um arquivo tão grande.
notice-too-large = Isto é mais do que o Easel, ou um servidor entre ele e esta página, aceita (HTTP 413). Nada foi iniciado. Diminua as entradas.
notice-turned-away = Um servidor entre o Easel e esta página recusou isto. Nada foi iniciado. Quem o opera pode dizer por quê.
notice-upload-status = O envio falhou (HTTP { $status }).
notice-takes-no-picture = O modelo escolhido não parte de uma imagem. Escolha um que parta.
notice-seed-used = A próxima imagem terá esta semente.
notice-takes-no-seed = O modelo escolhido não usa semente.
notice-prompt-copied = Prompt copiado
notice-link-copied = Link copiado
notice-cannot-copy = O navegador não deixa esta página copiar.
notice-deleted = { $count ->
    [one] { $count } excluída
   *[other] { $count } excluídas
}
