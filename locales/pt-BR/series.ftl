# Séries: uma comparação de modelos, ou uma grade, em página própria; e a barra que começa uma.

series-all = Comparações e grades
series-none = Nada foi comparado ainda. Abra Comparar abaixo do prompt e escolha um segundo modelo ou algo para variar.
series-comparison = { $count ->
    [one] { $count } modelo comparado
   *[other] { $count } modelos comparados
}
series-grid = { $count ->
    [one] { $count } imagem
   *[other] { $count } imagens
}
series-progress = { $ended } de { $count } terminaram
series-over = Todas terminaram
series-choose-blind = Todas terminaram. Escolha a melhor, e os nomes aparecem.
series-won = { $name } foi a melhor
series-pictures = Imagens
series-letter = Imagem { $letter }
series-alt = { $prompt } · { $name }
series-input = { $label } { $value }
series-seed = Semente { $number }
series-waiting = Esperando a vez
series-hidden = Aparece quando todas terminarem
series-no-picture = Nenhuma imagem
series-deleted = Excluída da galeria
series-best = Melhor
series-is-best = { $name } é a melhor
series-cancel-one = Cancelar { $name }
series-cancel = Cancelar todas
series-reveal = Mostrar os nomes
series-delete = Esquecer esta página
series-export = Salvar como uma só imagem
series-share = Compartilhar
series-shared = Quem tem o link vê as imagens e os modelos, mas não o prompt.
series-shared-all = Quem tem o link vê as imagens, os modelos e o prompt.
series-share-more = Compartilhar também o prompt
series-share-less = Compartilhar sem o prompt
series-wins = Vitórias até agora
series-wins-won = Vitórias
series-wins-of = Comparações
series-wins-blind = Vitórias com nomes ocultos
series-pair = Duas de cada vez
series-first = Primeira imagem
series-second = Segunda imagem
series-way = Como ver
series-beside = Lado a lado
series-slider = Deslizar
series-blink = Alternar
series-line = Onde uma termina e a outra começa
series-turn = Mostrar a outra

series-compare = Comparar modelos
series-compare-help = Escolha mais na caixa Modelo: até { $most }. Todos recebem o mesmo prompt, a mesma forma e a mesma semente.
series-remove = Deixar { $name } de fora
series-blind = Ocultar os nomes até eu escolher a melhor
series-vary = Variar
series-across = Entrada de coluna em coluna
series-across-values = Seus valores de coluna em coluna
series-down = Entrada de linha em linha
series-down-values = Seus valores de linha em linha
series-nothing = Nada
series-vary-help = Separe os valores por vírgulas; 4..20/4 conta em passos. {"{"}vermelho|azul{"}"} no prompt faz uma imagem de cada. Até { $most } imagens.
series-lines = Cada linha é um prompt próprio
series-count = { $count ->
    [one] Gerar começa { $count } imagem.
   *[other] Gerar começa { $count } imagens.
}
series-unreachable = O Easel não pode ser alcançado. Tente de novo em um momento.
series-error-single = Uma imagem por enquanto. Escolha um segundo modelo, ou algo para variar.
series-error-models = No máximo { $most } modelos são comparados de uma vez. Deixe um de fora.
series-error-many = Seriam mais de { $most } imagens. Use menos valores.
series-error-sides = Só duas coisas podem variar de uma vez. Retire uma: modelos, entradas, prompts ou o número de imagens.
series-error-values = Diga quais valores a entrada recebe, como 4, 8, 12; e varie outra de linha em linha.
# $values: as they were entered, such as “0, 99”; $why: as in fields.ftl.
series-error-wrong = { $values }: { $why }
