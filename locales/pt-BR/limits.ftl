# A página em que quem é dono diz quanto as pessoas podem fazer.

limits-title = Limites
# $link: limits-title.
limits-of-connections = Quanto as pessoas podem fazer aqui: { $link }
limits-about = Valem para quem cria, para visitantes e para as chaves da API, na hora e em todos os servidores. Quem é dono tem limite só em envios, tentativas de entrar e buscas. Um campo vazio é o número de costume.
limits-people = Gerações
limits-files = Arquivos e imagens
limits-addresses = De um endereço
limits-name = { $limit ->
    [at-once] Em andamento ao mesmo tempo, de uma pessoa
    [an-hour] Começadas em uma hora, por uma pessoa
    [a-day] Começadas em um dia, por uma pessoa
    [a-day-in-all] Começadas em um dia, por todos juntos
    [uploads] Megabytes enviados em um dia, por uma pessoa
    [kept] Megabytes guardados de uma pessoa
    [kept-in-all] Megabytes guardados de todos juntos
    [sign-ins] Senhas tentadas, antes de haver uma pausa de 30 s entre duas
    [searches] Buscas de modelos em um minuto
    [starts] Gerações começadas em um minuto
   *[other] Limite
}
# $least, $most and $usual: whole numbers.
limits-help = De { $least } a { $most }, de costume { $usual }.
limits-in = { $variable } do ambiente é o que vale: mude-o lá.
limits-save = Salvar limites
limits-saved = Salvo. Vale a partir de agora.
limits-unchanged = Nada era diferente.
# $limit: as limits-name says it.
limits-wrong = “{ $limit }” deve ser um número inteiro de { $least } a { $most }. Nada foi salvo.
limits-day = Os dias começam em UTC. Um visitante sem nome conta pelo endereço; desta própria máquina pode vir dez vezes mais.
