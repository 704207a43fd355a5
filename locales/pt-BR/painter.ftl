# O pintor de máscaras.

painter-open = Pintar uma máscara
painter-again = Pintar na máscara
painter-picture-first = Escolha primeiro a imagem: a máscara é pintada sobre ela.
painter-file-white = O branco é refeito, o preto fica.
painter-file-black = O preto é refeito, o branco fica.

painter-title = Pintar: { $label }
painter-help = Pinte sobre o que deve ser refeito.
painter-picture = A imagem sob a máscara
painter-keys = Teclas: as setas movem o pincel, com Shift mais longe; Espaço o baixa e o levanta; [ e ] mudam o tamanho; B pincel, E borracha; Ctrl Z desfaz.
painter-tool = Ferramenta
painter-brush = Pincel
painter-eraser = Borracha
painter-size = Tamanho do pincel
painter-undo = Desfazer
painter-clear = Limpar
painter-cancel = Cancelar
painter-use = Usar a máscara

painter-down = O pincel está baixado.
painter-up = { $percent } % pintados.
painter-undone = Desfeito. { $percent } % pintados.
painter-cleared = Agora nada está pintado.
painter-empty = Nada foi pintado ainda.
painter-broken = A imagem não pode ser mostrada, por isso não se pode pintar sobre ela. Adicione-a como arquivo.
