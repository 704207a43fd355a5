# The gallery: what was made earlier.

wall-title = Galeria
wall-search = Buscar
wall-search-placeholder = Buscar prompts e modelos
wall-all = Todas
wall-starred = Favoritas
wall-provider = Provedor
wall-all-providers = Todos os provedores
wall-select = Selecionar
wall-menu = Mais filtros e tamanhos
wall-only-failed = Só as que falharam
wall-size = Tamanho das imagens
wall-small = Pequeno
wall-medium = Médio
wall-large = Grande
wall-more = Mostrar mais
wall-none = Nenhuma imagem corresponde.
wall-none-for = Nenhuma imagem para “{ $search }”. As palavras são encontradas pelo começo.
wall-clear = Limpar busca
wall-pictures = { $number ->
    [one] { $number } imagem
   *[other] { $number } imagens
}
wall-more-pictures = mais de { $number } imagens
wall-failed = { $failed ->
    [one] { $failed } falhou
   *[other] { $failed } falharam
}
wall-cancelled = { $cancelled ->
    [one] { $cancelled } cancelada
   *[other] { $cancelled } canceladas
}
wall-failed-and-cancelled = { $failed ->
    [one] { $failed } falhou
   *[other] { $failed } falharam
}, { $cancelled ->
    [one] { $cancelled } cancelada
   *[other] { $cancelled } canceladas
}
wall-show = · mostrar

wall-select-one = Selecionar { $name }
wall-star-one = Favoritar { $name }
wall-star = Favoritar
wall-delete = Excluir
wall-selection = Seleção
wall-selected = { $count ->
    [one] { $count } selecionada
   *[other] { $count } selecionadas
}
wall-download-zip = Baixar zip
wall-too-many = Escolha no máximo { $most } para um arquivo.
wall-end-selection = Encerrar seleção

wall-collections = Coleções
wall-collection = Coleção
wall-collection-title = Sem um nome, são tiradas da coleção em que estão
wall-collect = Adicionar à coleção
