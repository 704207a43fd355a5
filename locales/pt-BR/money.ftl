# O que as coisas custam: ao lado de Gerar, nos cartões e na página sobre dinheiro.

# $sign: a currency as it is written before a number, such as “$”.
money-amount = { $sign } { $number }
money-amount-code = { $number } { $code }
# $amount: as money-amount says it.
money-estimate = ≈ { $amount }
money-by-second = { $amount } por segundo
money-free = grátis
money-unknown = preço desconhecido
money-compute = ≈ { $time } de processamento
# $cost: one of the four above.
money-nearly = { $cost } · { $percent } % do orçamento já foi gasto
money-too-dear = { $cost } · mais do que resta do orçamento
# $amount: as money-amount says it; $unit: money-per-image, money-per-second or money-per-run.
money-price = { $amount } { $unit }
money-per-image = por imagem
money-per-second = por segundo
money-per-run = por execução
money-generations = { $number ->
    [one] { $number } geração
   *[other] { $number } gerações
}

money-title = Dinheiro
# $link: money-title.
money-of-connections = O que as coisas custam e quanto foi gasto: { $link }
money-about = Os custos são calculados pelos preços informados aqui, antes e depois de cada execução. Só a conta do provedor diz com certeza.
money-saved = Salvo.
money-removed = Removido.
money-wrong-amount = Dê um valor como 0,003 e um número inteiro de gerações, de nada a um milhão.
money-wrong-pattern = Dê um modelo como replicate:owner/name, sem espaços.
money-wrong-currency = Dê uma moeda pelas três letras, como BRL.
money-no-limit = Dê um valor, um número de gerações, ou os dois.
money-too-many = Já há 500 preços. Remova um primeiro.

money-budgets = Orçamentos
money-no-budgets = Nada é limitado.
money-all = Todos juntos
money-each = Cada um que não é dono
money-yours = Você
money-somebody = Alguém sem nome
# $spent and $limit: as money-amount or money-generations says it; $spent may be a number.
money-of = { $spent } de { $limit }
money-a-day = por dia
money-a-month = por mês
money-used-up = acabou
money-spent-of = Gasto por: { $name }
money-remove = Remover
money-remove-budget = Remover o orçamento: { $name }
money-new-budget = Definir um orçamento
money-whose = Para
money-whose-help = Um orçamento próprio vale no lugar do que cada um tem. Dias e meses começam em UTC.
money-limit = Dinheiro, em { $code }
money-count = Gerações
money-limit-help = Um dos dois pode ficar vazio. Quem gastou 80 % é avisado; em 100 % nada mais começa. O dinheiro limita só o que tem preço: um modelo sem preço continua podendo ser usado, então limite também as gerações.
money-period = A cada
money-set-budget = Definir orçamento

money-spent = Gasto
money-by = Somar por
money-by-month = Mês
money-by-day = Dia
money-by-model = Modelo
money-by-person = Pessoa
money-by-key = Chave de API
money-nothing-spent = Nada foi criado ainda.
money-no-key = Sem chave
money-unpriced = { $number } sem preço
money-own-key = { $number ->
    [one] { $number } com chave própria, que nenhum orçamento conta
   *[other] { $number } com chave própria, que nenhum orçamento conta
}
money-csv = Tudo do último ano em CSV

money-prices = Preços
money-prices-about = Informe o que o provedor cobra. Nada é adivinhado: o que não tem preço aqui custa o que ninguém sabe.
money-no-prices = Ainda não há preços.
money-in-file = de EASEL_PRICES
money-remove-price = Remover o preço de { $model }
money-new-price = Informar um preço
money-model = Modelo
money-model-help = Uma referência de modelo; * vale por qualquer coisa, como em replicate:* para todo o Replicate. Vale o que diz mais sobre um modelo.
money-amount-of = Preço
money-unit = Cobrado por
money-enter-price = Informar preço
money-currency = Moeda
money-currency-help = De todos os preços e orçamentos daqui. O que antes foi gasto em outra não conta mais.
money-set-currency = Definir
money-currency-in-file = A moeda é { $code }, de EASEL_PRICES.
money-at-least = pelo menos ≈ { $amount }
