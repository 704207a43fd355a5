# Why a file that somebody adds is refused, and what to do.

upload-no-file = Envie um arquivo, de até 32 MiB.
upload-empty = Este arquivo está vazio.
upload-cut = Este arquivo foi cortado no caminho: falta o final. Adicione-o de novo.
upload-too-large = Este arquivo é maior do que os 32 MiB que o Easel aceita.
upload-no-cookie = Seu navegador não enviou o cookie do Easel. Permita-o e recarregue a página.
upload-many = Arquivos demais estão sendo enviados ao mesmo tempo. Tente de novo em um minuto.
upload-many-pictures = Imagens demais estão sendo examinadas ao mesmo tempo. Adicione-a de novo em um minuto.
upload-no-room = O arquivo não pode ser guardado: só há { $free } MB livres no disco dos arquivos do Easel, e { $floor } MB precisam ficar livres.
upload-personal = Não é possível remover desta foto onde e por quem ela foi tirada. Salve-a como outro PNG ou JPEG e adicione esse.
upload-heic = Esta é uma foto HEIC, que nem navegadores nem modelos leem. Converta-a em JPEG.
# $kind: the name of a format, such as TIFF.
upload-uncommon = Este arquivo é { $kind }, que poucos modelos leem. Salve-o como PNG ou JPEG e adicione esse.
upload-no-picture = Este arquivo não é uma imagem PNG, JPEG, WebP, GIF ou AVIF.
