# Pages of their own: behind a share link, and those that say why there is nothing.

pages-title = { $title } · Easel
pages-back = Voltar
pages-nothing-started = Nada foi iniciado
pages-no-picture = Nenhuma imagem foi feita
pages-field = { $field }: { $message }
pages-nothing-here = Nada aqui
pages-shared-picture = Uma imagem compartilhada
pages-shared-description = Uma imagem feita com o Easel.
pages-made-with = Feito com { $link }
pages-gone = Não há nenhuma imagem neste link.
pages-gone-why = Quem compartilhou pode ter encerrado o link ou excluído a imagem.
pages-not-yours = Esta imagem não está na sua galeria.
pages-not-yours-why = Ela pode ter sido excluída ou feita em outro navegador.
pages-nowhere = Não há página neste endereço.
pages-nowhere-why = Ele pode ter sido digitado ou copiado com um erro.
pages-session-cookie = O Easel reconhece este navegador por um cookie. Quando o navegador é esquecido, o cookie deixa de valer, aqui e onde quer que tenha sido copiado, e este navegador começa com uma galeria vazia.
pages-session-lost = O que ele criou continua no servidor, mas ninguém mais vê, a não ser por links compartilhados. Não dá para desfazer. Antes, baixe o que quiser guardar ou exclua.
pages-session-keep = Manter
pages-offline-title = Não foi possível acessar o Easel
pages-offline = Verifique se ele está em execução e se este dispositivo está conectado. O que estava sendo feito continua. Esta página tenta de novo sozinha.
pages-offline-again = Tentar de novo agora
# Says why something was refused, where a browser sent a form.
pages-refused = Isso não funcionou
pages-unreadable = O Easel não conseguiu ler este pedido. Recarregue a página e tente novamente.
