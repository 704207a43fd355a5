# The sheet with the inputs of the model.

settings-close = Fechar configurações
settings-reset-all = Redefinir tudo
settings-about = Sobre este modelo
settings-advanced = Avançado
settings-example = Usar o exemplo
settings-required = obrigatório

settings-width = Largura
settings-height = Altura
settings-steps = Passos
settings-guidance = Orientação
settings-negative-prompt = Prompt negativo
settings-seed = Semente

settings-shape = Formato
settings-swap = Trocar largura e altura
settings-width-short = L
settings-height-short = A

settings-seed-which = Qual semente
settings-seed-new = Nova a cada vez
settings-seed-keep = Manter a última
settings-seed-keep-title = Manter a semente da última imagem
settings-seed-own = ou digite uma
settings-no-seed = Nenhuma imagem informou a semente ainda.

settings-clear = limpar
# Stands before the next two.
settings-changed = alterado
settings-reset = redefinir
settings-reset-to = voltar para { $default }
settings-reset-name = { $label }: { $reset }

settings-lines = Um por linha
settings-file-choose = { $kind ->
    [picture] Escolha, arraste ou cole uma imagem
   *[file] Escolha, arraste ou cole um arquivo
}
settings-file-add = { $kind ->
    [picture] Adicionar outra imagem
   *[file] Adicionar outro arquivo
}
settings-file-replace = { $kind ->
    [picture] Substituir a imagem
   *[file] Substituir o arquivo
}
settings-file-address = Endereço para { $label }
settings-file-or-address = ou o endereço: https://…
settings-file-given = Um arquivo que você enviou
settings-file-remove = Remover
settings-unused = Não aproveitado da imagem: { $names }.
