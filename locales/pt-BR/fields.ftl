# What is wrong with an input. $label: what it is called.

field-missing = { $label }: este campo é obrigatório.
field-not-text = { $label }: deve ser um texto.
field-too-short = { $label }: no mínimo { $min } caracteres.
field-too-long = { $label }: no máximo { $max } caracteres.
field-not-whole = { $label }: deve ser um número inteiro.
field-not-number = { $label }: deve ser um número.
field-not-switch = { $label }: deve estar ligado ou desligado.
field-not-choice = { $label }: deve ser uma das opções.
field-not-choices = { $label }: devem ser algumas das opções.
field-too-many-choices = { $label }: no máximo { $max } opções.
field-not-moment = { $label }: deve ser um dia e uma hora, como 2026-11-28 22:53:00.
field-not-day = { $label }: deve ser um dia, como 2026-11-28.
field-not-colour = { $label }: deve ser uma cor, como #aa3300.
field-not-file = { $label }: deve ser um arquivo ou um endereço.
field-not-files = { $label }: devem ser arquivos ou endereços.
field-too-many-files = { $label }: no máximo { $max } arquivos.
field-not-list = { $label }: deve ser uma lista.
field-not-json = { $label }: não é um JSON válido.
field-out-of = { $label }: deve ficar entre { $min } e { $max }.
field-below = { $label }: deve ser no mínimo { $min }.
field-above = { $label }: deve ser no máximo { $max }.
field-unknown = O modelo não tem a entrada “{ $label }”.
field-prompt-too-long = O prompt pode ter no máximo { $max } caracteres; este tem { $chars }.
