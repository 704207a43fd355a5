# What a person always wants of the chosen model, below the prompt.

habits-title = Sempre com { $model }
habits-nothing = Nada foi guardado ainda. Ajuste as entradas em Configurações e guarde-as.
habits-kept = Sempre que você o escolher, ele começa com { $inputs }.
habits-keep = Guardar o que está definido
habits-forget = Esquecer
habits-spare-title = Se não começar
habits-spare = Tentar em vez dele
habits-no-spare = Nada
habits-after = Também depois de tantos segundos
habits-billed = Mesmo que os dois talvez sejam cobrados
habits-spare-help = O primeiro é parado antes. Onde não dá para saber se ele para e não custa nada, o outro só é tentado com a caixa acima marcada.
habits-wrong = Não foi possível guardar. Tente de novo em instantes.
habits-too-many = É mais do que se pode guardar. Esqueça algo antes.
