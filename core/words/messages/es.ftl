#

## Nombres

tunnel-unnamed = el túnel
tunnel-other = otro túnel
tunnel-gone = un túnel que ya no existe


## Tiempos

span-seconds = { $seconds } s
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } d
ago = hace { $span }
ago-now = ahora
ago-never = nunca


## Estados de un túnel

state-off = apagado
state-failed = apagado, falló
state-interface-removed = apagado, quitado desde fuera
state-engine-stopped = apagado, se averió
state-starting = iniciando: { $step }
state-stopping = deteniendo
state-paused = en pausa
state-paused-for = en pausa { $span } más
state-blocked = bloqueado

step-check = comprobación
step-resolve = búsqueda de direcciones
step-firewall = ajuste del filtro de paquetes
step-pre-up = ejecución de PreUp
step-interface = creación de la interfaz
step-addresses = ajuste de direcciones
step-routes = ajuste de rutas
step-dns = ajuste de DNS
step-post-up = ejecución de PostUp

health-good = sano
health-idle = en reposo
health-no-peers = encendido, sin pares
health-waiting = encendido, espera a que empiece el par
health-handshaking = encendido, aún sin saludo
health-no-answer = sin respuesta desde hace { $span }

kill-switch-off = apagado
kill-switch-block = bloqueo
kill-switch-lockdown = cierre total

role-status = ver los túneles
role-operate = encender y apagar túneles
role-administer = cambiar los túneles y ver sus claves
action-kill-switch = abrir y cambiar los cortes de emergencia
action-lockdown = poner, aflojar y levantar cierres totales


## Errores

error-not-found = no hay ningún túnel con el identificador { $id }
error-tunnel-gone = { $tunnel } ya no existe: alguien lo quitó
error-no-such-version = { $tunnel } no tiene versión { $version }
    .command = ver las que tiene con: adit versions { $argument }
error-no-such-takeover = wg-quick no tiene túnel { $name }
    .command = ver los que tiene con: adit take-over
error-name-taken = otro túnel ya se llama { $name }
    .advice = elegir otro nombre
error-interface-taken = otro túnel ya tiene la interfaz { $interface }
    .advice = elegir otra interfaz
    .command = elegir otra con --interface
error-conflict = { $tunnel } no puede estar encendido junto a lo que ya hay
    .advice = resolver el conflicto, o encender el túnel de todos modos
    .command = resolver el conflicto, o añadir --despite-conflicts
error-conflict-with-tunnel = { $tunnel } no puede estar encendido junto a lo que ya hay
    .advice = apagar el otro túnel, o encender este de todos modos
    .command = apagar el otro (adit down { $other }), o añadir --despite-conflicts
error-not-allowed-kill-switch = no puede abrir ni cambiar el corte de emergencia de { $tunnel }
    .advice = preguntar a un administrador de este ordenador
    .command = intentarlo de nuevo con sudo
error-not-allowed-lockdown = no puede poner, aflojar ni levantar un cierre total
    .advice = preguntar a un administrador de este ordenador
    .command = intentarlo de nuevo con sudo
error-not-allowed-status = no puede ver esto
    .advice = preguntar a un administrador de este ordenador
    .command = intentarlo de nuevo con sudo
error-not-allowed-operate = no puede encender ni apagar túneles
    .advice = estar ante el ordenador, o en el grupo `adit-operators`
    .command = estar ante el ordenador, estar en el grupo `adit-operators`, o intentarlo con sudo
error-not-allowed-administer = no puede cambiar los túneles ni ver sus claves
    .advice = preguntar a un administrador de este ordenador
    .command = intentarlo de nuevo con sudo
error-invalid = la configuración de { $tunnel } tiene errores
error-bad-request = el servicio de Adit no entendió la petición: { $detail }
error-changed = alguien cambió { $tunnel } entretanto (ya va por la versión { $version }), así que no se guardó nada
    .advice = mirarlo e intentarlo de nuevo
error-interface-removed = alguien quitó la interfaz de { $tunnel }
    .advice = encenderlo de nuevo
    .command = encenderlo de nuevo con: adit up { $argument }
error-broken = el registro guardado de { $tunnel } no se puede leer
    .advice = si aún bloquea tráfico, apagarlo
    .command = si aún bloquea tráfico, terminarlo con: adit down { $argument }
error-hooks-not-approved = { $tunnel } tiene órdenes que se ejecutarían como root, y nadie las ha aprobado
    .advice = leerlas y aprobarlas
    .command = leerlas y aprobarlas con: adit approve { $argument }
error-hooks-changed = las órdenes de { $tunnel } no son las que se aprobaron
    .advice = leerlas y aprobarlas de nuevo
    .command = leerlas de nuevo con: adit approve { $argument }
error-draft-gone = lo que se leyó de este archivo ya no se conserva
    .advice = abrir el archivo de nuevo
error-hook-failed = una orden de { $tunnel } falló con el código { $exit }, así que se deshizo todo
error-hook-not-run = una orden de { $tunnel } no pudo ejecutarse o la terminó una señal, así que se deshizo todo
error-busy = { $tunnel } se está iniciando o deteniendo en este momento
    .advice = intentarlo de nuevo después
error-not-up = { $tunnel } no está encendido
    .advice = encenderlo primero
    .command = encenderlo con: adit up { $argument }
error-not-paused = { $tunnel } no está en pausa
error-needs-key = { $tunnel } pide su clave privada, que el servicio no guarda
    .advice = introducir la clave
    .command = encenderlo en un terminal, o con la clave en un archivo: adit up { $argument } --key-file ARCHIVO (`-` es la entrada estándar)
error-wrong-key = esa no es la clave privada de { $tunnel }, cuya clave pública es { $key }
error-key-not-kept = { $tunnel } pide su clave privada, y esto requiere un servicio que la guarde
    .advice = hacer que se guarde la clave
    .command = hacer que se guarde con: adit key { $argument } keep
error-no-rotation = no espera ninguna clave nueva para { $tunnel }
    .advice = crear una
    .command = crear una con: adit rotate { $argument } begin
error-rotation-pending = ya espera una clave nueva para { $tunnel }
    .command = verla con: adit rotate { $argument } show
error-rotation-not-answered = ningún par de { $tunnel } ha respondido a la clave nueva, y con ella el túnel enmudecería
    .advice = dar a los pares su clave pública
    .command = dar a los pares su clave pública (adit rotate { $argument } show), o terminar de todos modos con --despite-silence
error-read-only = { $tunnel } está en { $path }, que no le toca a Adit quitar
    .advice = quitar ese archivo, y el túnel se va con él
error-unresolved = no se encontró la dirección de { $host } ({ $detail })
    .advice = comprobar el nombre, y si hay red
error-no-permission = al servicio de Adit no se le permitió algo ({ $doing })
    .advice = mirar el registro del servicio
    .command = mirar con: systemctl status aditd
error-missing-tun-device = este ordenador no tiene /dev/net/tun, que todo túnel necesita
    .command = cargarlo con: sudo modprobe tun
error-missing-dns-backend = el túnel tiene servidores DNS, y el servicio no puede ponerlos: systemd-resolved no se ejecuta, y sin los derechos de root y un /etc escribible el servicio no puede usar ni `resolvconf` ni /etc/resolv.conf
    .advice = instalar systemd-resolved, ejecutar el servicio como root (docs/DAEMON.md), usar `sudo adit up FILE`, o quitar la línea DNS
error-missing-packet-filter = el túnel necesita `nft`, que no está instalado
    .advice = instalar el paquete nftables
error-io = falló ({ $doing }): { $detail }
error-too-many-look-ups = los servidores de nombres no responden, y ya los esperan { $limit } vistas previas
    .advice = intentarlo más tarde
error-too-large = es demasiado grande: se pueden llevar { $limit } bytes como mucho
error-lockdown = { $tunnel } está apagado, y su cierre total no deja pasar nada por fuera
    .advice = un administrador puede levantar el cierre total
    .command = levantar el cierre total como administrador con: sudo adit block { $argument } off
error-not-full-tunnel = { $tunnel } no toma todo el tráfico, así que un cierre total cortaría lo que no toma
    .advice = añadir 0.0.0.0/0 o ::/0 a AllowedIPs (y dejar Table en auto), o levantar el cierre total
    .command = añadir 0.0.0.0/0 o ::/0 a AllowedIPs (y dejar Table en auto), o levantar el cierre total con: sudo adit block { $argument } off
error-shutting-down = el servicio de Adit está terminando
    .advice = intentarlo de nuevo cuando vuelva
error-internal = es un defecto de Adit
    .advice = lo que se sabe está en el registro
    .command = lo que se sabe está en el registro: adit logs --level debug


## Conflictos

conflict-same-network = { $other } ya toma { $network }
conflict-both-take-all = { $other } ya toma todo el tráfico
conflict-same-address = { $other } ya tiene la dirección { $address }
conflict-same-port = { $other } ya escucha en el puerto UDP { $port }
conflict-both-set-dns = { $other } ya pone los servidores DNS del ordenador
conflict-interface-exists = hay una interfaz { $interface } que creó otro programa (si fue wg-quick: adit take-over { $interface })
conflict-local-network = la red en la que está este ordenador ({ $interface }) también tiene las direcciones { $network }
conflict-other-vpn = otra VPN ({ $interface }) ya toma todo el tráfico


## La configuración

severity-note = nota
severity-warning = aviso
severity-error = error
diagnostic = línea { $line }, columna { $column }: { $severity }: { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = órdenes
field-peer-added = par nuevo
field-peer-removed = par quitado
field-peer-name = nombre
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = Otros Endpoint
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = texto

change-of-peer = { $field } de { $peer }
change-peer-added = el par { $peer } es nuevo
change-peer-removed = el par { $peer } desaparece
change-hooks = otras órdenes, que hay que aprobar de nuevo
change-text = solo comentarios, orden y espacios
change-both = { $subject }: { $before } -> { $after }
change-set = { $subject }: { $after } (no estaba puesto)
change-unset = { $subject }: sin poner (era { $before })
change-hidden = { $subject }: otro valor

change-effect-none = no cambia nada de lo que se ejecuta
change-effect-live = al momento
change-effect-restart = en el próximo inicio


## Problemas de una configuración, y sus correcciones

quoted = `{ $text }`
quoted-hidden = (no se muestra, podría ser una clave)
problem-unknown = un problema que esta versión no conoce ({ $code })
problem-empty = el archivo está vacío
problem-foreign = { $kind ->
    [openvpn] esto es un perfil de OpenVPN, no una configuración de WireGuard
    [ikev2_profile] esto es un perfil de Apple para IKEv2 o IPsec, no una configuración de WireGuard
    [apple_profile] esto es un perfil de configuración de Apple, no una configuración de WireGuard
    [cisco_pcf] esto es un perfil del cliente IPsec de Cisco (.pcf), no una configuración de WireGuard
    [strongswan] esto es una configuración de IPsec (strongSwan), no una configuración de WireGuard
    [pem] esto es un archivo PEM (un certificado o una clave de otro tipo), no una configuración de WireGuard
    [html] esto es una página web, no una configuración de WireGuard
    [xml] esto es un archivo XML, no una configuración de WireGuard
    [json] esto es un archivo JSON, no una configuración de WireGuard
    [wireguard_link] esto es un enlace wireguard://, no una configuración de WireGuard
    [link] esto es un enlace (URL), no una configuración de WireGuard
    [zip] esto es un archivo zip, no una configuración de WireGuard
    [tar] esto es un archivo tar, no una configuración de WireGuard
    [compressed] esto es un archivo comprimido, no una configuración de WireGuard
    [image] esto es una imagen, no una configuración de WireGuard
    [pdf] esto es un archivo PDF, no una configuración de WireGuard
    [program] esto es un programa, no una configuración de WireGuard
   *[other] esto no es una configuración de WireGuard
}
problem-missing-interface = falta la sección [Interface]
problem-too-many = demasiados hallazgos, los demás no se muestran
problem-outside-section = la línea debe estar en una sección
problem-missing-equals = a la línea le falta el signo igual
problem-semicolon-comment = `;` no empieza un comentario
problem-unknown-section = sección desconocida { $text }
problem-spaces-in-header = espacios en el encabezado de la sección, que wg-quick no reconoce
problem-repeated-interface = una segunda [Interface] (la primera está en la línea { $first }); se lee como su continuación
problem-unknown-key = palabra clave desconocida { $text }
problem-nameless-key = esto parece una clave criptográfica, pero no hay ningún `NOMBRE =` delante
problem-wrong-section = esta palabra clave está en la sección equivocada
problem-dialect = { $kind ->
    [amneziawg] { $name } es de AmneziaWG, que cambia los paquetes; este es un cliente de WireGuard y no puede alcanzar un servidor así
    [wiresock] { $name } es una opción de WireSock que elige el tráfico del túnel; aquí no tiene efecto
    [android] { $name } solo tiene sentido en Android y aquí se ignora
   *[other] { $name } es de otro programa
}
problem-empty-value = falta el valor
problem-left-out = falta el valor; esta línea se ignora
problem-repeated-key = dado otra vez (primero en la línea { $first }); este es el que cuenta
problem-invisible = un carácter invisible ({ $character }) se lee como un espacio
problem-line-break = un salto de línea de otro sistema ({ $character }) dentro de la línea
problem-key = { $kind ->
    [length] clave no válida: tiene { $characters ->
        [one] 1 carácter
       *[other] { $characters } caracteres
    }, una clave tiene 44
    [padding] clave no válida: falta el `=` al final
    [alphabet] clave no válida: tiene un carácter que no existe en base64
    [url_safe] clave no válida: está en la variante de base64 para URL
    [hexadecimal] clave no válida: está en hexadecimal
    [not_canonical] clave no válida: su último carácter antes del `=` no puede estar en una clave, así que está mal escrita o cortada
    [zero] clave no válida: son todo ceros
    [low_order] clave no válida: es una de las pocas con las que no puede haber secreto
   *[other] clave no válida
}
problem-mask = esto está en lugar de una clave guardada, y para este lugar no hay ninguna guardada
problem-cidr = { $kind ->
    [empty] { $text }: vacío
    [address] { $text }: no es una dirección IPv4 o IPv6
    [prefix] { $text }: la longitud del prefijo no es un número
    [netmask] { $text }: una máscara de red no es una longitud de prefijo
    [prefix_too_long] { $text }: la longitud del prefijo es mayor que { $maximum }
   *[other] { $text }: no es una dirección con longitud de prefijo
}
problem-empty-item = dos comas seguidas, o una de más en un extremo
problem-endpoint = { $kind ->
    [empty] { $text }: vacío
    [port_missing] { $text }: falta el puerto
    [port] { $text }: el puerto no es un número de 1 a 65535
    [bracket] { $text }: falta el corchete de cierre
    [ipv6] { $text }: no es una dirección IPv6
    [name_in_brackets] { $text }: los corchetes son para direcciones IPv6, no para nombres
    [ipv4] { $text }: no es una dirección IPv4
    [name_empty] { $text }: no es un nombre de host: está vacío
    [name_too_long] { $text }: no es un nombre de host: tiene más de 253 caracteres
    [name_label] { $text }: no es un nombre de host: una parte entre dos puntos está vacía, tiene más de 63 caracteres, o empieza o termina con `-`
    [name_not_ascii] { $text }: no es un nombre de host: tiene letras fuera de ASCII; escribir su forma xn--
    [name_character] { $text }: no es un nombre de host: el carácter '{ $character }' no puede estar en él
    [zone] { $text }: no hay una interfaz después de `%`
    [prefix] { $text }: un punto final no tiene longitud de prefijo
    [url] { $text }: una URL no es un punto final
   *[other] { $text }: no es un punto final
}
problem-no-first-endpoint = más Endpoint en un par sin un primero, que usarían otros programas
problem-too-many-endpoints = más de 16 Endpoint en un par
problem-brackets = una dirección IPv6 sin corchetes; el último número se toma por el puerto
problem-number = { $kind ->
    [not_a_number] { $text } no es un número
    [range] { $text } no está entre { $minimum } y { $maximum }
   *[other] { $text } no se puede usar aquí
}
problem-table = { $kind ->
    [word] { $text }: ni `auto` ni `off` ni un número
    [range] { $text }: una tabla de rutas es un número de 1 a 4294967295
   *[other] { $text }: no es una tabla de rutas
}
problem-boolean = { $text } no es ni `true` ni `false`
problem-dns-server = { $text } no es una dirección IP
problem-search-domain = { $kind ->
    [name_empty] { $text } no es un dominio de búsqueda: está vacío
    [name_too_long] { $text } no es un dominio de búsqueda: tiene más de 253 caracteres
    [name_label] { $text } no es un dominio de búsqueda: una parte entre dos puntos está vacía, tiene más de 63 caracteres, o empieza o termina con `-`
    [name_not_ascii] { $text } no es un dominio de búsqueda: tiene letras fuera de ASCII; escribir su forma xn--
    [name_character] { $text } no es un dominio de búsqueda: el carácter '{ $character }' no puede estar en él
   *[other] { $text } no es un dominio de búsqueda
}
problem-hook = { $kind ->
    [empty] vacío
    [control] el carácter de control '{ $character }' no puede estar en una orden
   *[other] esto no es una orden
}
problem-hash-in-hook = `#` es parte de esta orden, pero wg-quick terminaría la orden ahí
problem-missing-private-key = una interfaz debe tener una clave privada
problem-private-key-from-hook = la interfaz no tiene PrivateKey hasta que una orden la pone
problem-missing-public-key = todos los pares deben tener clave pública, y este no tiene ninguna
problem-private-key-published = esta es la clave privada de la interfaz, que nadie más debe conocer
problem-own-peer = esta es la clave de la propia interfaz; WireGuard ignora un par así
problem-zero-preshared-key = una clave de ceros es como no tener ninguna
problem-repeated-peer = el mismo par que en la línea { $first }; como con wg, los ajustes de aquí prevalecen sobre los anteriores, y las AllowedIPs de aquí sustituyen a las anteriores
problem-host-bits = hay bits de host puestos; se toma por { $value }
problem-no-prefix = sin longitud de prefijo; se toma por { $value }
problem-allowed-ip-moved = { $network } también es del par de la línea { $first }; se la queda este, que viene después
problem-allowed-ip-repeated = { $network } está dada dos veces
problem-incremental = `+` y `-` necesitan wg 1.0.20250521 o posterior; los anteriores rechazan el archivo
problem-nothing-to-remove = { $network } no está en la lista, así que no hay nada que quitar
problem-too-many-allowed-ips = más de 200 000 entradas en AllowedIPs
problem-only-ipv4-default = todo IPv4 pasa por el túnel, pero IPv6 no
problem-only-ipv6-default = todo IPv6 pasa por el túnel, pero IPv4 no
problem-default-beside-others = { $others ->
    [one] este par recibe todo aquello para lo que el otro par no tiene una red más estrecha
   *[other] este par recibe todo aquello para lo que los otros { $others } pares no tienen una red más estrecha
}
problem-unreachable = ningún par tiene Endpoint, y sin ListenPort ninguno puede encontrar este lado
problem-search-without-server = dominios de búsqueda sin servidor, así que no se ponen (como en wg-quick)
problem-small-mtu = por debajo de 576 bytes fallan muchos programas
problem-mtu-too-small-for-ipv6 = IPv6 necesita al menos 1280 bytes; el sistema lo apagará en esta interfaz
problem-shared-private-key = el túnel { $tunnel } también tiene esta clave, y un par de ambos los toma por uno solo

advice-add-sections = una configuración tiene una sección [Interface] y una sección [Peer] por cada par
advice-use-openvpn = OpenVPN necesita su propio cliente; pedir al proveedor una configuración de WireGuard
advice-use-ipsec = IPsec necesita otro cliente; pedir al proveedor una configuración de WireGuard
advice-unpack = descomprimirlo primero
advice-download-file = descargar el propio archivo, no la página que lo rodea
advice-ask-for-file = los programas no se ponen de acuerdo sobre estos enlaces; pedir la configuración como archivo .conf o como código QR
advice-follow-link = descargar el archivo que hay detrás, o dar el propio enlace a `adit import`
advice-add-section = poner [Interface] o [Peer] encima
advice-add-equals = escribir NOMBRE = VALOR, o empezar la línea con `#` para que sea un comentario
advice-begin-comment = empezar el comentario con `#`
advice-suggest-section = quizá quería decir { $suggestion }
advice-choose-section = las secciones son [Interface] y [Peer]
advice-remove-spaces = quitar los espacios
advice-suggest-key = quizá quería decir { $suggestion } (en { $section })
advice-name-key = escribir PrivateKey =, PublicKey = o PresharedKey = delante
advice-move-key = su lugar es { $section }
advice-remove-line = quitar la línea; solo AllowedIPs elige el tráfico del túnel
advice-ask-for-plain-configuration = pedir al proveedor una configuración normal de WireGuard
advice-add-value = dar un valor, o quitar la línea
advice-remove-one = quitar uno de los dos
advice-save-line-ends = guardar el archivo con los finales de línea de Unix o de Windows
advice-add-padding = añadir el `=`
advice-replace-url-safe = escribir `+` en lugar de `-`, y `/` en lugar de `_`
advice-write-base64 = escribirla en base64
advice-make-key = generar una con `adit genkey`
advice-copy-private-key = copiar la clave entera: 44 caracteres, el último es `=`; `adit genkey` genera una
advice-copy-preshared-key = copiar la clave entera: 44 caracteres, el último es `=`; `adit genpsk` genera una
advice-copy-key = copiar la clave entera: 44 caracteres, el último es `=`
advice-write-masked-key = escribir la propia clave, o devolver la línea a su lugar
advice-write-prefix = escribir /{ $prefix }
advice-write-shorter-prefix = escribir una longitud de prefijo de 0 a { $maximum }
advice-write-address = escribirla como 10.0.0.2/32 o fd00::2/128
advice-write-network = escribirla como 10.0.0.0/24, 0.0.0.0/0 o fd00::/64
advice-remove-comma = quitar la coma
advice-add-port = añadir un puerto, como en vpn.example.org:51820 o [2001:db8::1]:51820
advice-remove-prefix = quitar la `/` y el número que la sigue
advice-write-port = escribir el puerto como un número de 1 a 65535
advice-remove-brackets = escribir el nombre sin corchetes, como en vpn.example.org:51820
advice-write-first-endpoint = escribir el primero como Endpoint = host:puerto
advice-close-bracket = cerrar el corchete, como en [2001:db8::1]:51820
advice-write-ipv6-endpoint = escribirlo como [2001:db8::1]:51820 o [fe80::1%eth0]:51820
advice-write-ascii-name = escribir el nombre en su forma xn--
advice-write-endpoint = escribirlo como vpn.example.org:51820 o 192.0.2.1:51820
advice-write-value = escribir { $value }
advice-write-comment = los comentarios empiezan con `#`
advice-write-listen-port = escribir un número de 0 a 65535; con 0 elige el sistema
advice-write-fwmark = escribir `off`, un número, o 0x y cifras hexadecimales; como máximo 32 bits
advice-write-mtu = escribir un número de 68 a 65535, o quitar la línea para que se averigüe
advice-write-keepalive = escribir `off` o segundos de 1 a 65535
advice-write-table = escribir `auto`, `off` o un número de 1 a 4294967295
advice-write-boolean = escribir `true` o `false`
advice-remove-dns-port = escribir { $value }: a un servidor DNS siempre se le pregunta en el puerto 53
advice-write-plain-dns-server = DNS sobre HTTPS o TLS no se puede ajustar aquí; escribir la dirección de un servidor, como 10.0.0.53
advice-write-dns-server = escribir una dirección como 10.0.0.53, sin puerto ni longitud de prefijo
advice-write-search-domain = escribir un dominio como corp.example: letras, cifras, `-` y `_`, con puntos entre ellas
advice-add-private-key = añadir PrivateKey = …, generada con `adit genkey`
advice-add-public-key = añadir PublicKey = …; pedir esta clave al administrador del par
advice-replace-private-key = poner aquí la clave pública del otro lado; si este archivo se entregó a alguien, generar una clave privada nueva
advice-add-ipv6-default = añadir ::/0, salvo que sea lo deseado
advice-add-ipv4-default = añadir 0.0.0.0/0, salvo que sea lo deseado
advice-add-endpoint = añadir un Endpoint a un par, o un ListenPort aquí
advice-add-dns-server = añadir la dirección de un servidor DNS
advice-move-comment = si empieza un comentario, pasarlo a su propia línea
advice-make-own-key = dar a cada túnel y a cada dispositivo su propia clave


## Archivos que no pueden ser un túnel

refusal-unknown = esto no puede ser un túnel ({ $code })
refusal-too-large = el archivo tiene { $bytes } bytes; una configuración tiene como máximo 1 MiB
refusal-utf16 = el texto está en UTF-16; guardarlo como UTF-8
refusal-nul = línea { $line }, columna { $column }: un byte NUL no puede estar en una configuración
refusal-not-utf8 = línea { $line }, columna { $column }: no es UTF-8 (quizá Latin-1 o Windows-1252); guardar el archivo como UTF-8
refusal-foreign = { problem-foreign }
refusal-not-configuration = esto no es una configuración de WireGuard, que tendría una sección [Interface]
refusal-errors = línea { $line }, columna { $column }: { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(y 1 hallazgo más)
   *[other] {" "}(y { $others } hallazgos más)
}
refusal-name = { $kind ->
    [empty] el nombre de un túnel no puede estar vacío
    [too_long] el nombre de un túnel tiene como máximo 64 caracteres, este tiene { $characters }
    [invisible] el carácter '{ $character }' no se ve, o cambia cómo se ven otros; quitarlo
    [like_a_path] el nombre de un túnel no puede empezar con `-` o `.` ni contener `/` o `\`
    [space] el nombre de un túnel no puede empezar ni terminar con un espacio
   *[other] del nombre del archivo no sale ningún nombre de túnel
}
refusal-archive-too-large = el archivo comprimido tiene { $bytes } bytes; se aceptan como máximo 16 MiB
refusal-archive-too-many-entries = el archivo comprimido tiene más de 10 000 entradas; dividirlo
refusal-archive-damaged = el archivo comprimido está dañado o cortado; copiarlo o descargarlo de nuevo
refusal-archive-trailing = hay otros datos detrás del archivo comprimido; volver a comprimir los archivos
refusal-archive-overlapping = hay entradas que se solapan, lo que ningún programa honrado escribe; volver a comprimir los archivos
refusal-archive-unpacked = el archivo descomprimido ocupa más de 64 MiB; dividirlo
refusal-archive-missing = está comprimido, y no hay ningún archivo tar dentro; descomprimirlo primero
refusal-archive-empty = no hay ningún archivo dentro
refusal-entry-path-too-long = la ruta de la entrada tiene más de 1024 bytes
refusal-entry-encrypted = la entrada está cifrada; descomprimir con la contraseña e importar los archivos
refusal-entry-not-a-file = la entrada es un enlace o un dispositivo, no un archivo
refusal-entry-hidden = la entrada está oculta: su nombre empieza con un punto; cambiarlo para que se importar
refusal-entry-same-name = una entrada anterior tiene este nombre (las mayúsculas no cuentan); cambiar uno
refusal-entry-nested = es un archivo comprimido dentro de otro; descomprimirlo primero
refusal-entry-method = la entrada está comprimida con un método que aquí no se conoce; volver a comprimir los archivos
refusal-entry-too-large = la entrada descomprimida ocupa más de 1 MiB, y ninguna configuración es tan grande
refusal-entry-bomb = la entrada descomprimida ocupa más de 100 veces su tamaño, como una bomba de descompresión
refusal-entry-damaged = la entrada está dañada
refusal-picture-format = las imágenes de este tipo no se pueden leer; guardarla como PNG, JPEG o WebP
refusal-picture-too-large = la imagen tiene { $bytes } bytes; se aceptan como máximo 10 MiB: recortar el código QR
refusal-picture-too-many-pixels = la imagen tiene { $width } x { $height } píxeles, que son demasiados; recortar el código QR
refusal-picture-damaged = la imagen está dañada o cortada; copiarla o descargarla de nuevo
refusal-picture-no-code = no se ve ningún código QR en la imagen; debe estar nítido, recto y con un margen blanco
refusal-picture-unreadable = el código QR no se puede leer; tomar una imagen más nítida, de frente
refusal-picture-too-confusing = la imagen es demasiado confusa para buscar en ella un código QR; recortar el código, con un margen blanco
refusal-not-base64 = los bytes del archivo no están en base64
refusal-pictures-too-many-pixels = las imágenes tienen juntas más de 160 megapíxeles; importar menos a la vez
refusal-files-too-large = los archivos contienen más de 64 MiB de configuraciones; importar menos a la vez
refusal-files-too-many = hay más de 1.000 archivos o más de 32 MiB; el resto queda fuera, importarlo por separado
refusal-file-too-large = el archivo supera los 16 MiB, que es lo máximo que se admite
refusal-file-unreadable = el archivo no existe, no es un archivo o no se puede leer
refusal-folder-empty = no hay ningún archivo .conf en esta carpeta
refusal-folder-too-many-files = hay más de 10.000 archivos .conf en esta carpeta; importarlos por partes
refusal-folder-unreadable = no se puede leer la carpeta: { $why }


## Lo que hará encender un túnel

preview-interface = crearía la interfaz { $interface } con MTU { $mtu } ({ $source })
mtu-configured = según la configuración
mtu-route = según la ruta a los pares
mtu-assumed = supuesta, pues no hay ruta a los pares
preview-label-address = dirección
preview-label-port = escucha
preview-port = puerto UDP { $port }
preview-label-peer = par
preview-peer = { $name } en { $endpoint }
preview-peer-found = { $name } en { $endpoint }, que es { $address }
preview-peer-not-found = { $name } en { $endpoint }, desconocido por ahora
preview-peer-waits = { $name }, que tiene que empezar
preview-more-peers = y { $count ->
    [one] un par más
   *[other] { $count } pares más
}
preview-more-effects = y { $count ->
    [one] un cambio más
   *[other] { $count } cambios más
}
effect-label-route = ruta
effect-route = { $network } ({ $detail })
effect-takes-all-ipv4 = todo IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = todo IPv6{ $except } ({ $detail })
effect-except = , salvo hacia { $networks }
effect-private-networks = las redes privadas de aquí
effect-endpoints-outside = { $networks }, salvo paquetes cifrados ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } solo para nombres de { $domains } ({ $by })
effect-dns-by = con { $detail }
effect-dns-impossible = NADA aquí puede ponerlo, así que el túnel no se encenderá
effect-label-search = búsqueda
effect-label-firewall = filtro
effect-addresses-guarded = descarta lo que llega para las direcciones del túnel por otras interfaces
effect-answers-accepted = deja pasar las respuestas de los pares por el filtrado estricto del camino inverso
effect-kill-switch = no deja salir nada que no pase por el túnel
effect-label-runs = ejecuta
effect-label-not-run = omite
effect-command-hidden = (oculta; se ve con sudo)


## Avisos sobre un túnel

warning-ipv6-outside = IPv6 sale POR FUERA de este túnel, porque está permitido (o este ordenador no tiene IPv6); AllowedIPs tiene 0.0.0.0/0 pero no ::/0
warning-ipv6-closed = IPv6 está cerrado mientras el túnel está encendido: AllowedIPs tiene 0.0.0.0/0 pero no ::/0
    .advice = Añadir ::/0 para enviar IPv6 por el túnel, o dejarlo salir por fuera
    .command = Añadir ::/0 para enviar IPv6 por el túnel, o dejarlo salir por fuera con: sudo adit ipv6 { $argument } allow
    .option = Añadir ::/0 para enviar IPv6 por el túnel, o dejarlo salir por fuera con: --allow-ipv6
warning-ipv4-outside = IPv4 sale POR FUERA de este túnel: AllowedIPs tiene ::/0 pero no 0.0.0.0/0
    .advice = Añadir 0.0.0.0/0 para enviarlo por él
warning-no-firewall = nft no está instalado, así que se aceptan paquetes para las direcciones del túnel desde otras interfaces, y el filtrado estricto de ruta inversa descarta las respuestas de los pares
    .advice = instalar nftables
warning-hooks-not-approved = las órdenes no están aprobadas, así que no se encenderá
    .advice = leerlas y aprobarlas
    .command = leerlas con: adit approve { $argument }
warning-hooks-in-sh = bash no está instalado, así que las órdenes se ejecutan en sh: lo que solo bash entiende, como <(...) y [[ ... ]], falla
    .advice = instalar bash
warning-search-without-server = DNS tiene dominios de búsqueda ({ $domains }) pero ningún servidor, así que no se ponen (como en wg-quick)
warning-split-dns-left-out = este ordenador no puede preguntar a los servidores DNS del túnel solo por { $domains }, así que les pregunta por TODOS los nombres
    .advice = systemd-resolved puede hacerlo, y openresolv con dnsmasq o unbound
warning-mtu-too-large = MTU = { $mtu } es demasiado grande para el camino al par: los paquetes de ese tamaño se pierden
    .advice = Escribir MTU = { $fits }, o quitar la línea
warning-ipv6-left-out = el túnel no tiene IPv6 aquí y se enciende solo con IPv4, porque { $because }
warning-unresolved = la dirección de { $host } no se encontró en este momento; se buscará de nuevo
warning-not-looked-up = la dirección de { $host } no se busca para usuarios que solo pueden mirar
warning-file-readable-by-others = otros pueden leer { $path }, que contiene claves
    .advice = que solo lo lea su dueño
    .command = arreglarlo con: chmod 600 { $path }


## Por qué los paquetes toman una ruta

route-narrowest = { $network } es la red más estrecha que la contiene
route-takes-all = el túnel lo toma todo ({ $detail })
route-private-network = { $network } es una red local, y queda fuera mientras un túnel toma todo lo demás
route-own-address = es este mismo ordenador
route-no-tunnel = ningún túnel encendido la contiene
route-through = { $ip } pasa por { $tunnel } hacia su par { $peer }: { $why }
route-outside = { $ip } pasa por fuera de todos los túneles: { $why }
route-outside-over = { $ip } pasa por fuera de todos los túneles, por { $interface }: { $why }
route-no-peer = { $ip } entra en { $tunnel } y allí se descarta: ningún par la tiene en sus AllowedIPs
route-other = podría pasar por { $tunnel } hacia su par { $peer }, que tiene { $network }


## Lo que las listas y `adit status` muestran de un túnel

status-label-addresses = Direcciones
status-label-also-tries = Prueba además
status-label-at-start = Al arrancar
status-label-commands = Órdenes
status-label-conflict = En conflicto
status-label-differs = Diferencia
status-label-file = Archivo
status-label-handshake = Saludo
status-label-ipv6 = IPv6
status-label-key = Clave
status-label-lan = LAN
status-label-namespace = Espacio de nombres
status-label-note = Nota
status-label-port = Puerto UDP
status-label-preshared-key = Clave compartida
status-label-private-key = Clave privada
status-label-problem = Problema
status-label-rate = Velocidad
status-label-received = Recibidos
status-label-reminder = Recordatorio
status-label-retry = Reintento
status-label-routing-loop = Bucle de ruta
status-label-sent = Enviados
status-label-since = Desde
status-label-state = Estado
status-label-up = Encendido
status-label-warning = Aviso
status-label-why = Motivo

status-no-tunnels = No hay túneles
    .command = importarlos con: adit import ARCHIVO
status-key-age = al menos { $span }
status-key-age-old = al menos { $span }, ya es hora de cambiarla
status-key-asked = se pide en cada arranque; el servicio no la guarda
status-new-key = { $key } espera, creada { $ago }
status-starts-at-boot = se enciende con el ordenador
status-stays-off = se queda apagado
status-lan-allowed = permitida
status-lan-blocked = bloqueada
status-ipv6-outside = puede salir por fuera del túnel si este toma todo IPv4 y nada de IPv6
status-reminder = cuando una clave tenga { $days ->
    [one] { $days } día
   *[other] { $days } días
}
status-hooks-approved = aprobadas
status-hooks-not-approved = no aprobadas
    .command = leerlas y aprobarlas con: adit approve { $argument }
status-unusable = la configuración tiene errores
    .command = verlos con: adit edit { $argument }
status-retry-in = en { $span }
status-no-retry = no automáticamente
status-up-for = desde hace { $span }
status-other-namespace = la interfaz pasó a otro espacio de nombres de red; los paquetes cifrados salen de este
status-data-path = { $queues ->
    [one] { $queues } cola
   *[other] { $queues } colas
}; descargas: { $offloads }
status-data-path-plain = { $queues ->
    [one] { $queues } cola
   *[other] { $queues } colas
}, sin descargas
status-offload-tun-tcp = segmentos TCP
status-offload-tun-udp = segmentos UDP
status-offload-send = envío por lotes
status-offload-receive = recepción por lotes
status-routing-loops = { $count ->
    [one] { $count } paquete cifrado volvió al túnel y se descartó
   *[other] { $count } paquetes cifrados volvieron al túnel y se descartaron
}: la ruta al punto final de un par pasa por el túnel
    .command = Quite la ruta o regla que lo envía allí; consultar con: ip route get PUNTO_FINAL
status-differs = el túnel que se ejecuta difiere de su configuración guardada
    .command = aplicar la configuración con: adit reload { $argument }
status-peer-from-outside = no está en la configuración; lo añadió otro programa
status-endpoint-none = ninguno; espera a que empiece el par
status-endpoint-resolved = { $endpoint }, que es { $address }
status-endpoint-moved = { $address }, se ha movido (configurado: { $endpoint })
status-more-networks = y { $count } más
status-preshared-key-set = puesta
status-keepalive = cada { $seconds } s
status-more-peers = { $count ->
    [one] { $count } par más
   *[other] { $count } pares más
}
    .command = verlos todos con: adit status --all-peers { $argument }


## Versiones de una configuración, y una clave nueva

version-line = { $ago }, { $origin }
version-line-current = { $ago }, { $origin } (actual)
version-imported = importada
version-edited = editada
version-restored = otra vez la versión { $version }
version-rotated = clave nueva
version-saved = guardada de lo que se ejecutaba

rotation-answered = { $peer }: conoce la clave nueva
rotation-silent = { $peer }: no responde a la clave nueva
rotation-not-asked = { $peer }: no tiene punto final, y no se le pudo preguntar


## Sucesos

event-added = { $tunnel } es nuevo
event-changed = { $tunnel }: { $state }
event-removed = { $tunnel } está quitado
event-traffic = { $tunnel }: { $traffic }
event-key-old = { $tunnel }: su clave es vieja; dele una nueva
event-preshared-key-old = { $tunnel }: su clave compartida con { $peer } es vieja; dé una nueva a ambos

## On-demand rules
error-no-such-rule = no hay regla { $number }
error-network-none = el ordenador no está ahora en ninguna red que una regla pueda reconocer
error-network-nothing-known = no se sabe nada de esta red que la distinga de otras
error-network-gateway-unknown = la puerta de enlace de esta red Wi-Fi aún no ha respondido, y su nombre solo no prueba nada; inténtelo de nuevo en un momento
event-rules-changed = las reglas, o las redes que miran, han cambiado
log-rules-set = { $by } cambió las reglas (revisión { $revision })
log-rules-broken = las reglas guardadas no se pueden usar, así que rigen las que más protegen: { $error }
log-rules-acted = { $source }, en { $networks }: { $action }; corte de emergencia: { $switch }
log-rule-not-carried-out = no se pudo hacer lo que quieren las reglas: { $error }
log-choice-on = encendido a mano; las reglas lo respetan hasta que cambie la red
log-choice-off = apagado a mano; las reglas lo respetan hasta que cambie la red
log-choice-ended = las reglas deciden de nuevo
log-rules-paused = las reglas están en pausa hasta que cambie la red
log-rules-paused-for = las reglas están en pausa durante { $span }
log-rules-resumed = terminó la pausa de las reglas
log-auto-off-reached = se apaga porque se acabó su tiempo
log-next-endpoint-tried = el servidor no responde, así que se prueba su siguiente dirección
log-endpoint-chosen = el túnel usa ahora este Endpoint: { $endpoint }
log-routing-changed = lleva ahora otras redes, con la misma sesión
log-networks-unknown = no se pueden observar las redes, así que rige la consecuencia más protectora de las reglas: { $error }
rules-none = no hay reglas
rules-source-rule = regla { $number }
rules-source-named = regla { $number } ({ $name })
rules-reason = regla { $number }: { $what }
rules-reason-otherwise = lo predeterminado, porque ninguna regla coincide
rules-source-otherwise = lo predeterminado
rules-source-fail-secure = las reglas no tienen valor predeterminado, así que lo que más protege
rules-up = encendido: { $tunnels }
rules-down = ningún túnel de las reglas está encendido
rules-leave = todos los túneles quedan como están
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = todo
rules-mode-except-lan = todo menos esta LAN
rules-mode-private = rangos privados
rules-mode-only = solo { $networks }
rules-kill-switch-off = apagado
rules-kill-switch-when-untrusted = solo si no es de confianza
rules-kill-switch-always = siempre
rules-as-tunnel = como esté cada túnel
rules-switch-open = abierto
rules-switch-closed = cerrado
rules-verdict-matched = coincide
rules-verdict-not-matched = no coincide
rules-verdict-unknown = desconocido
rules-seen-no-facts = no se sabe nada de las redes
rules-seen-no-network = en ninguna red
rules-seen-network = en una red
rules-seen-nothing = ninguno
rules-no-known-network = ninguna red conocida
rules-seen-yes = sí
rules-seen-no = no
rules-seen-home-not-asked = nadie ha preguntado aún
rules-seen-home-no-answer = nadie respondió
rules-uncertain = no se conocen todos los hechos, así que rige la posibilidad más protectora
rules-missing = estos túneles no existen: { $tunnels }
rules-decided = { $source }: { $action }; corte de emergencia: { $switch }
rules-pending = en { $span }: { $action }; corte de emergencia: { $switch }
rules-choice-on = { $tunnel } se encendió a mano; las reglas deciden de nuevo en la próxima red
rules-choice-off = { $tunnel } se apagó a mano; las reglas deciden de nuevo en la próxima red
rules-at-the-latest = { $line } (a más tardar en { $span })
rules-auto-off = { $tunnel } se apaga en { $span }
rules-failing = el servidor de { $tunnel } no responde
rules-broken = las reglas guardadas no se pueden leer, así que rigen las que más protegen; sustitúyalas
problem-rule-unknown-statement = { $text } no comienza ninguna regla ni ajuste
problem-rule-expected = { $kind ->
    [condition] una condición
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] el nombre de un túnel
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] el nombre de una red Wi-Fi entre comillas
    [mac] una dirección de hardware
    [network] una red
    [suffix] un sufijo DNS
    [public_key] una clave pública
    [window] una franja horaria
    [seconds] una duración
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} se espera aquí, { $found ->
    [end] y la línea acaba
   *[other] no { $text }
}
problem-rule-leftover = la regla está completa, y sobra { $text }
problem-rule-unknown-condition = no existe la condición { $text }
problem-rule-unclosed = falta la segunda comilla
problem-rule-typographic-quote = { $character } no es la comilla de este lenguaje
problem-rule-escape = en un nombre, una barra invertida va antes de `\`, `"`, o `x` y dos dígitos hexadecimales
problem-rule-pattern = { $kind ->
    [empty] un patrón no puede estar vacío; `*` vale por cualquier nombre
    [escape] tras una barra invertida puede ir `*`, `?`, `!`, `"`, `\` o `x` y dos dígitos hexadecimales
   *[too_long] un nombre de Wi-Fi tiene como máximo 32 bytes, y este necesita { $bytes }
}
problem-rule-mac = { $text } no es una dirección de hardware
problem-rule-host-bits = esto es la dirección de un equipo, no una red
problem-rule-suffix = { $text } no es un sufijo DNS
problem-rule-public-key = esto no es una clave pública
problem-rule-window = { $kind ->
    [time] { $text }: una hora está entre 00:00 y 24:00
    [empty] { $text }: la franja empieza y acaba a la misma hora
   *[form] { $text } no es una franja horaria
}
problem-rule-seconds = { $kind ->
    [range] { $text }: una duración es de 5 s como mínimo y 168 h como máximo
   *[form] { $text } no es una duración
}
problem-rule-name = { $kind ->
    [empty] un nombre no puede estar vacío
    [too_long] un nombre tiene como máximo 64 caracteres, este tiene { $characters }
    [invisible] el carácter { $character } no se ve, o cambia cómo se ven otros
   *[space] un nombre no puede empezar ni acabar con un espacio
}
problem-rule-repeated = esto se dice por segunda vez (primero en la línea { $first })
problem-rule-after-otherwise = nunca se llega a esta regla: `otherwise` en la línea { $first } vale en todas partes
problem-rule-label = solo las reglas tienen nombre
problem-rule-too-many = hay más errores, que no se muestran
problem-rule-name-alone = esta regla confía en una red Wi-Fi solo por su nombre, que cualquiera puede usar
problem-rule-any-network = esta regla confía en redes que no conoce
problem-rule-relaxes-on-open = esta regla protege menos en Wi-Fi sin contraseña
problem-rule-never-reached = nunca se llega a esta regla: la de la línea { $first } coincide siempre que lo hace esta
problem-rule-never-matches = las condiciones se excluyen entre sí, así que esta regla nunca coincide
problem-rule-tunnel-unknown = no hay túnel { $tunnel }
problem-rule-no-default = las reglas no dicen qué rige si ninguna coincide, y ningún túnel podría estar encendido en su lugar
advice-rule-did-you-mean = ¿quería decir `{ $suggestion }`?
advice-rule-begin-line = una línea empieza por `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = las condiciones son `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`, también tras `not`
advice-rule-expected = escribir por ejemplo `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down`
advice-rule-join = unir condiciones con `and`, y escribir `, kill switch …` al final
advice-rule-quote = escribir `"` antes y después del nombre
advice-rule-double-backslash = escribir `\\` para una barra invertida
advice-rule-write-mac = escribir seis pares de dígitos hexadecimales, como `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = escribir un dominio, como `corp.example`
advice-rule-write-public-key = escribir 44 caracteres de base64, el último `=`
advice-rule-write-window = escribir días, como `mon-fri`, horas, como `22:00-06:00`, o ambos
advice-rule-write-seconds = escribir un número y una unidad, como `30 s`, `5 min` o `2 h`
advice-rule-move-up = moverla por encima de esa línea
advice-rule-remove-label = quitar el nombre y sus dos puntos
advice-rule-add-proof = añadir la dirección de hardware de la puerta de enlace, o la sonda de casa
advice-rule-add-default = escribir qué rige entonces: `otherwise up TUNNEL`


## Túneles de wg-quick

takeover-off = apagado
takeover-off-boots = apagado, y { $service } se enciende con el ordenador
takeover-up = encendido, por wg-quick
takeover-up-boots = encendido, por wg-quick, y { $service } se enciende con el ordenador
takeover-by-service = encendido, por { $service }
takeover-by-service-boots = encendido, por { $service }, que se enciende con el ordenador


## Lo que muestran dos informes de un túnel

finding-same-key = ambos extremos tienen la misma clave pública: son dos informes de un mismo extremo, o ambos usan la misma clave privada, cuando cada uno necesita la suya
finding-not-up = { $end ->
    [here] este extremo
   *[there] el otro extremo
} no está encendido
finding-no-key = { $end ->
    [here] este extremo
   *[there] el otro extremo
} no tiene clave privada propia en su configuración
finding-unknown-key = { $end ->
    [here] este extremo no conoce la clave pública del otro extremo
   *[there] el otro extremo no conoce la clave pública de este extremo
} (tiene { $keys }); su [Peer] necesita: PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] este extremo no conoce la clave pública del otro extremo
   *[there] el otro extremo no conoce la clave pública de este extremo
} (no tiene ningún par); su [Peer] necesita: PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] este extremo tiene una clave compartida y el otro no
   *[there] el otro extremo tiene una clave compartida y este no
}: ambos necesitan la misma, o ninguno
finding-same-address = ambos extremos tienen la dirección { $addresses } en el túnel; cada uno necesita la suya
finding-no-endpoint = ningún extremo sabe dónde está el otro, así que ninguno puede empezar: uno necesita un Endpoint, y el otro un ListenPort al que se llegue desde fuera (un router delante tiene que reenviar ese puerto UDP). Si ambos están detrás de routers que nadie puede configurar, como con direcciones de 100.64.0.0/10, un tercer ordenador al que ambos lleguen tiene que llevar los paquetes
finding-preshared-keys-differ = los saludos llegan y no se autentican, y las claves públicas encajan: probablemente las claves compartidas no son iguales; cree una con adit genpsk y póngala en ambos extremos
finding-clocks = según los relojes de los dos extremos, los informes se hicieron con { $span } de diferencia: si fue a la vez, uno de los relojes va mal
finding-mtu = la MTU es { $here } aquí y { $there } allí; si los paquetes grandes se atascan, ponga { $smaller } en ambos
finding-address-not-allowed = { $from ->
    [here] el otro extremo descarta lo que este extremo envía desde su dirección
   *[there] este extremo descarta lo que el otro extremo envía desde su dirección
}, y no envía nada allí: en las AllowedIPs de ese par falta { $addresses }
finding-stale-timestamp = { $from ->
    [here] el otro extremo rechaza saludos más viejos que uno anterior: probablemente se atrasó el reloj de este extremo; póngalo en hora, o reinicie el túnel del otro extremo
   *[there] este extremo rechaza saludos más viejos que uno anterior: probablemente se atrasó el reloj del otro extremo; póngalo en hora, o reinicie el túnel de este extremo
}
finding-port = { $from ->
    [here] este extremo envía al puerto UDP { $port }, y el otro extremo escucha en { $listens }
   *[there] el otro extremo envía al puerto UDP { $port }, y este extremo escucha en { $listens }
}: solo es correcto si un router intermedio reenvía uno al otro
finding-keepalive = { $from ->
    [here] el otro extremo está detrás de un router que traduce direcciones (se ve en { $endpoint } y escucha en { $listens }): si este extremo tiene que poder empezar, ponga PersistentKeepalive = 25 en el otro extremo
   *[there] este extremo está detrás de un router que traduce direcciones (se ve en { $endpoint } y escucha en { $listens }): si el otro extremo tiene que poder empezar, ponga PersistentKeepalive = 25 en este extremo
}
finding-sent-to = { $sent } a { $endpoint }
finding-nothing-arrives = { $from ->
    [here] este extremo ha enviado { $sent }, y nada llegó al otro extremo: esa dirección o ese puerto no es correcto, un cortafuegos en el camino no deja pasar UDP, o un router delante del otro extremo no reenvía el puerto
   *[there] el otro extremo ha enviado { $sent }, y nada llegó a este extremo: esa dirección o ese puerto no es correcto, un cortafuegos en el camino no deja pasar UDP, o un router delante de este extremo no reenvía el puerto
}
finding-dropped = { $from ->
    [here] este extremo ha enviado { $sent }, y el otro extremo no aceptó nada, pero descartó mensajes en la última hora
   *[there] el otro extremo ha enviado { $sent }, y este extremo no aceptó nada, pero descartó mensajes en la última hora
}: { $reasons }
finding-drop-count = { $reason } { $count ->
    [one] una vez
   *[other] { $count } veces
}
finding-none = Los dos extremos encajan, y los paquetes pasan en ambos sentidos.
finding-none-else = No hay nada más mal entre los dos extremos.


## Líneas del registro

log-left-out = { $line } (y no se muestran { $count } anteriores)

log-daemon-started = el servicio de Adit { $version } ha empezado
log-daemon-ended = el servicio de Adit ha terminado
log-store-finding = no se usa { $file }: { $what }
log-tunnel-broken = no se puede leer un túnel: { $error }
log-file-unusable = no se puede usar { $file }: { $error }
log-file-gone = quitado, porque su archivo { $file } ya no está

log-imported = importado
log-exported = entregado, con sus claves, a { $to }
log-removed = quitado
log-config-replaced = tiene otra configuración, versión { $version }
log-reloaded = se ejecuta según la versión { $version } de su configuración
log-saved = lo que se ejecutaba se escribió en su configuración, versión { $version }
log-not-saved = lo que se ejecutaba no se pudo escribir en su configuración: { $error }
log-taken-over = tomado de wg-quick
log-given-back = no se encendió, y se devolvió a wg-quick: { $error }
log-not-given-back = no se pudo devolver a wg-quick: { $error }

log-key-forgotten = su clave privada ya no se guarda, se pide
log-key-old = su clave tiene más de { $days ->
    [one] { $days } día
   *[other] { $days } días
}
log-preshared-key-old = su clave compartida con { $peer } tiene más de { $days ->
    [one] { $days } día
   *[other] { $days } días
}
log-rotation-begun = se creó una clave nueva, y espera
log-rotation-finished = tiene su clave nueva

log-hooks-approved = { $by } aprobó sus órdenes
log-hooks-not-run = no se ejecutan sus órdenes
log-hooks-in-sh = bash no está instalado, así que sus órdenes se ejecutan en sh
log-command-runs = ejecuta una orden de la configuración

log-connecting = se está encendiendo
log-restarting = se está reiniciando
log-tried-again = se intenta de nuevo
log-up = encendido
log-down = apagado
log-paused = en pausa
log-not-up = no se pudo encender: { $error }
log-not-restored = no se pudo encender de nuevo: { $error }
log-not-kept = no se pudo guardar su estado: { $error }
log-taking-back = deshace: { $step }
log-not-taken-back = algo no se pudo deshacer: { $error }
log-removed-from-outside = alguien quitó su interfaz
log-interface-moved = la interfaz pasó a otro espacio de nombres de red; se retiran aquí sus rutas, servidores DNS y filtro de paquetes
log-interface-back = la interfaz volvió de otro espacio de nombres de red; todo está puesto de nuevo
log-leftovers-removed = quitó lo que dejó una ejecución anterior: { $what }
log-leftovers-stay = no se pudo quitar lo que dejó una ejecución anterior: { $error }

undone-pre-up = PreUp
undone-interface = la interfaz
undone-engine = WireGuard
undone-firewall = el filtro de paquetes
undone-routes = las rutas
undone-dns = los servidores DNS
undone-post-up = PostUp

log-search-without-server = DNS tiene dominios de búsqueda ({ $domains }) pero ningún servidor, así que no se ponen
log-split-dns-left-out = este ordenador no puede preguntar a los servidores DNS del túnel solo por { $domains }, así que les pregunta por todos los nombres
log-ipv6-left-out = no tiene IPv6 aquí y se enciende solo con IPv4, porque { $because }
log-ipv6-outside = IPv6 sale por fuera del túnel: AllowedIPs tiene 0.0.0.0/0 pero no ::/0
log-ipv6-closed = IPv6 está cerrado mientras el túnel está encendido: AllowedIPs tiene 0.0.0.0/0 pero no ::/0
log-mtu-too-large = su MTU de { $mtu } es demasiado grande para el camino al par, por el que caben { $fits }
log-no-firewall = nft no está instalado, así que nada protege las direcciones del túnel

log-resolving = busca { $name }
log-resolver-not-ready = { $endpoint }: { $error }; nuevo intento en { $span }
log-endpoint-moved = el nombre del par { $peer } tiene ahora otra dirección: { $endpoint }
log-endpoint-unknown = el nombre del par { $peer } no se pudo encontrar de nuevo: { $error }

log-handshake-sent = pide un saludo al par { $peer }
log-handshake-sent-again = sin respuesta; pide de nuevo un saludo al par { $peer } (intento { $attempt })
log-handshake-answered = el par { $peer } ha respondido: hay una sesión nueva
log-handshake-asked-for = el par { $peer } pidió un saludo: hay una sesión nueva
log-handshake-given-up = el par { $peer } no ha respondido en 90 s; el próximo paquete para él pide de nuevo
log-handshake-dropped = se descarta un mensaje de { $from }: { $reason }
log-cookie-received = el par { $peer } está cargado y pide intentarlo de nuevo con una cookie
log-peer-silent = el par { $peer } no ha respondido en 15 s
log-peer-moved = al par { $peer } se le oye ahora desde { $endpoint }
log-no-answer = el par { $peer } no ha respondido en { $span }; el túnel no lleva nada hacia él
log-answers-again = el par { $peer } responde de nuevo, tras { $span }

dropped-message-type = no es un mensaje de WireGuard
dropped-message-length = ningún mensaje de WireGuard tiene esa longitud
dropped-mac1 = no está hecho para la clave pública de este extremo (mac1 erróneo): el otro extremo tiene otra clave pública para este
dropped-cookie-required = este extremo está cargado y pidió al remitente intentarlo de nuevo con una cookie
dropped-rate-limited = este extremo está cargado, y tuvo demasiados saludos de esa dirección
dropped-no-private-key = este extremo no tiene clave privada
dropped-unknown-index = no responde a ningún saludo de este extremo (índice de receptor desconocido): quizá llegó tarde
dropped-cookie = su cookie no responde a nada enviado (cookie errónea)
dropped-handshake = no es auténtico: las claves no encajan, o las claves compartidas no son la misma; quizá el otro extremo respondió tarde
dropped-low-order-point = tiene una clave pública de orden bajo
dropped-unknown-peer = su remitente no es un par de este túnel (par desconocido): añadir aquí la clave pública del otro extremo, o corregirla
dropped-replayed-initiation = es más viejo que uno anterior (marca de tiempo atrasada): alguien lo repitió, o se atrasó el reloj del otro extremo
dropped-initiation-flood = llegó demasiado pronto tras el último de ese par

drop-message-type = recibido: no es un mensaje de WireGuard
drop-message-length = recibido: un mensaje con una longitud que ningún mensaje de WireGuard tiene
drop-mac1 = recibido: un mensaje que no está hecho para la clave pública de este extremo (mac1 erróneo)
drop-cookie-required = recibido bajo carga: un mensaje sin cookie válida; el remitente recibió una para intentarlo de nuevo
drop-rate-limited = recibido bajo carga: demasiados saludos de una misma dirección
drop-no-private-key = recibido: un saludo cuando este extremo no tenía clave privada
drop-unknown-index = recibido: un mensaje de una sesión que este extremo no tiene (índice de receptor desconocido)
drop-cookie = recibido: una cookie para un mensaje que este extremo no envió
drop-handshake = recibido: un saludo que no es auténtico; las claves no encajan, o las claves compartidas no son la misma
drop-low-order-point = recibido: una clave pública de orden bajo
drop-unknown-peer = recibido: un saludo de una clave que no es de ningún par de este túnel
drop-replayed-initiation = recibido: un saludo más viejo que uno anterior (marca de tiempo atrasada)
drop-initiation-flood = recibido: saludos de un par demasiado seguidos
drop-session-expired = recibido: datos de una sesión demasiado vieja
drop-counter-exhausted = recibido o por enviar: un paquete de una sesión que agotó su contador de mensajes
drop-decrypt = recibido: datos que no son auténticos
drop-replay = recibido: datos que ya se recibieron, o que llegaron demasiado tarde
drop-inner-packet = recibido o por enviar: datos que no son un paquete IP
drop-source-not-allowed = recibido: un paquete de una dirección que no está en AllowedIPs del par
drop-congestion = recibido: un paquete con una marca de congestión que su remitente no entendería
drop-no-route = por enviar: un paquete a una dirección que no está en AllowedIPs de ningún par
drop-no-endpoint = por enviar: un paquete a un par cuyo punto de acceso no se conoce
drop-routing-loop = por enviar: un paquete cifrado de este túnel que una ruta devolvió a él
drop-queue-full = por enviar: un paquete que esperaba un saludo junto a demasiados otros
drop-handshake-timeout = por enviar: un paquete a un par que no respondió al saludo

log-network-changed = la red de este ordenador ha cambiado
log-path-changed = la red ha cambiado: pide { $peers ->
    [one] una sesión nueva a un par
   *[other] sesiones nuevas a { $peers } pares
}
log-mtu-changed = su MTU sigue a la red: { $to } en vez de { $from }
log-cannot-follow-network = no se pudo seguir un cambio de la red: { $error }
log-local-networks-unknown = no se pudieron actualizar las redes locales que quedan accesibles: { $error }

log-closed = el corte de emergencia está cerrado
log-opened = el corte de emergencia está abierto
log-not-closed = no se pudo cerrar el corte de emergencia: { $error }
log-not-opened = no se pudo abrir el corte de emergencia: { $error }
log-kill-switch-off = su corte de emergencia está en apagado
log-kill-switch-block = su corte de emergencia está en bloqueo; también se bloquean las redes locales
log-kill-switch-block-lan = su corte de emergencia está en bloqueo; las redes locales quedan accesibles
log-kill-switch-lockdown = su corte de emergencia está en cierre total; también se bloquean las redes locales
log-kill-switch-lockdown-lan = su corte de emergencia está en cierre total; las redes locales quedan accesibles
log-ipv6-allowed-outside = IPv6 puede salir por fuera
log-ipv6-kept-inside = IPv6 no puede salir por fuera
log-stays-blocked = el corte de emergencia de { $interface } sigue cerrado, aunque ningún túnel legible lo tiene
log-kill-switches-unknown = no se pudo saber qué cortes de emergencia están cerrados: { $error }
log-early-opened = el corte de emergencia de { $interface }, cerrado al arrancar, está abierto
log-early-not-kept = no se pudieron guardar los cortes de emergencia para el arranque: { $error }
log-peer-shut-out = el corte de emergencia bloquea a un par que se movió: { $error }

log-put-back = otro programa quitó esto: { $what }; restaurado
log-not-put-back = lo que quitó otro programa no se pudo restaurar: { $error }
log-fought-with = otro programa quitó sus ajustes { $times } veces en 10 s: solo el corte de emergencia se restaura al momento
log-unguarded = no se notan los cambios de otros programas: { $error }

setting-kill-switch = corte de emergencia
setting-packet-filter = filtro de paquetes
setting-addresses = direcciones
setting-routes = rutas
setting-rules = reglas de enrutamiento
setting-resolvers = servidores DNS

log-other = { $name }{ $fields }


## El icono de la bandeja y las notificaciones

tray-away = El servicio de Adit no se está ejecutando
tray-not-permitted = Sin acceso al servicio de Adit
tray-no-answer = El servicio de Adit no responde
tray-empty = Aún no hay túneles
tray-off = Ningún túnel está encendido
tray-status = Estado: { $text }
tray-line = { $tunnel }: { $state }
tray-addresses = Direcciones: { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = Túneles
tray-pauses = Pausar
tray-pause = Pausar { $tunnel } durante { $span }
tray-resume = Reanudar { $tunnel }
tray-resume-in = Reanudar { $tunnel } (quedan { $span })
tray-by-rules = { $is ->
    [on] Encendido
   *[off] Apagado
} – { $reason }
tray-manual = A mano – las reglas deciden de nuevo en la próxima red
tray-manual-for = A mano – las reglas deciden de nuevo en { $span } como máximo
tray-rules-paused = Reglas en pausa hasta que cambie la red
tray-rules-paused-for = Reglas en pausa { $span } más
tray-resume-rules = Volver a seguir las reglas
tray-manage = Administrar túneles…
tray-import = Importar túneles de archivos…
tray-about = Acerca de…
tray-quit = Salir (los túneles quedan como están)

consent-screen = ¿Buscar un código QR en la pantalla?
consent-screen-more = Coloque el código QR de modo que nada lo tape. Adit mira toda la pantalla una vez, en su propio proceso, y no guarda ninguna imagen.
consent-screen-yes = Buscar
consent-camera = ¿Permitir que Adit use la cámara?
consent-camera-more = Adit busca códigos QR en las imágenes, en su propio proceso, y no guarda ninguna. Esto vale hasta que se cierre Adit.
consent-camera-yes = Usar la cámara
consent-no = Cancelar

notice-up = { $tunnel } está encendido
notice-down = { $tunnel } está apagado
notice-failed = { $tunnel } no se pudo encender
notice-rule-mode = Ahora pasa por { $tunnel }: { $mode }
notice-silent = { $tunnel }: sin respuesta desde hace { $span }
    .body = El túnel está encendido, pero lo que entra en él no llega.
notice-answers = { $tunnel } vuelve a responder
notice-blocked = { $tunnel } está bloqueado
    .body = Nada sale de este ordenador hasta que el túnel esté encendido o usted lo apague.
notice-key-old = { $tunnel }: la clave tiene { $span }
    .body = En la página del túnel se puede crear una clave nueva.
notice-preshared-key-old = { $tunnel }: una clave precompartida tiene { $span }
    .body = Se puede poner una nueva en ambos extremos.
notice-refused = { $tunnel } no se cambió
notice-action = Mostrar el túnel

dialog-export = Guardar la configuración de { $tunnel }
dialog-export-all = Guardar todas las configuraciones
dialog-backup = Guardar la copia de seguridad
dialog-choose-backup = Elegir una copia de seguridad
home-yes = esta es la red de casa: el dueño de { $key } respondió en { $interface }
home-no-answer = no es la red de casa: nadie respondió en { $interface }
home-forged = no es la red de casa: lo que se respondió en { $interface } no prueba nada
home-elsewhere = no es la red de casa: la respuesta en { $interface } vino de otra red
home-passed-on = no es la red de casa: alguien reenvió la pregunta de { $interface } desde otra dirección
home-serves = responde en { $interfaces }, puerto UDP { $port }; Ctrl-C lo termina
home-waits = este equipo no está en ninguna red; responderá en cuanto esté en una
home-clock = sin respuesta a { $address }: los relojes difieren en { $seconds } s, y se permiten 300 s como máximo
home-too-many = sin respuesta a { $address }: demasiadas preguntas
dialog-import-files = Importar túneles
dialog-import-folder = Importar los archivos .conf de una carpeta


## La ventana

ui-connecting = Buscando el servicio de Adit…
ui-loading = Cargando…
ui-tunnels = Túneles
ui-pages = Páginas
ui-log = Registro
ui-settings = Ajustes
ui-back = Atrás
ui-more = Más acciones
ui-cancel = Cancelar
ui-done = Hecho
ui-show = Mostrar
ui-save = Guardar
ui-dismiss = Cerrar
ui-never = Nunca
ui-none = ninguna
ui-days = { $days ->
    [one] { $days } día
   *[other] { $days } días
}
ui-name = Nombre
ui-not-known = Desconocido
ui-copy = Copiar { $what }
ui-copied = Copiado: { $what }
ui-copy-failed = El portapapeles no está disponible
ui-what-public-key = la clave pública
ui-what-command = la orden
ui-what-peer-section = la sección del par
ui-unreachable = El servicio de Adit no responde.
ui-away-not-running = El servicio de Adit no se está ejecutando
ui-away-not-running-text = Esta ventana muestra y controla los túneles; un servicio en segundo plano los lleva. Para iniciarlo en un terminal:
ui-away-not-permitted = No puede usar el servicio de Adit
ui-away-not-permitted-text = El servicio se ejecuta, pero no admite a este usuario. Únase al grupo de sus operadores en un terminal y vuelva a iniciar sesión:
ui-away-service-older = El servicio de Adit es más antiguo que esta ventana
ui-away-service-older-text = No se entienden. Tras una actualización hay que reiniciar el servicio; si no, actualícelo:
ui-away-service-newer = El servicio de Adit es más nuevo que esta ventana
ui-away-service-newer-text = No se entienden. Cierre Adit y ábralo de nuevo; si no basta, actualícelo. Los túneles quedan como están.
ui-away-stranger = Otro programa ocupa el lugar del servicio de Adit
ui-away-stranger-text = No se le envió nada. Un administrador tiene que averiguar qué programa es y terminarlo.
ui-away-no-answer = El servicio de Adit no responde
ui-away-no-answer-text = Está, pero no se puede hablar con él. Si sigue así, reinícielo en un terminal:
ui-away-no-manager = Este sistema no tiene systemd, OpenRC ni runit. Inicie o reinicie el programa aditd como este sistema inicia sus servicios.

ui-away-waits = Esta ventana se conecta sola cuando el servicio está.
ui-away-banner = El servicio de Adit no responde. Lo que se muestra aquí puede estar anticuado.
ui-away-help = Qué hacer
ui-simulated = Sistema simulado: no se cambia nada en este ordenador
ui-try-now = Intentar ahora
ui-check-again = Comprobar de nuevo

ui-add = Añadir un túnel
ui-add-hint = Añadir un túnel (Ctrl+N para uno vacío)
ui-search = Buscar
ui-no-tunnels = Sin túneles
ui-none-found = Ningún túnel tiene esto en su nombre o direcciones.
ui-switch = { $tunnel } encendido
ui-row-answered = respondió { $ago }
ui-row-paused = en pausa, vuelve en { $time }
ui-row-blocked = bloqueado: no sale nada
ui-row-unusable = apagado, su configuración tiene errores
ui-home = { $count ->
    [0] Ningún túnel está encendido
    [one] Un túnel está encendido
   *[other] { $count } túneles están encendidos
}
ui-home-text = Elija un túnel de la lista.
ui-gone = Este túnel ya no existe
ui-gone-text = Alguien lo quitó.

ui-status-off = Apagado
ui-status-failed = Falló
ui-status-starting = Iniciando
ui-status-stopping = Deteniendo
ui-status-handshaking = Aún sin saludo
ui-status-healthy = Sano
ui-status-idle = En reposo
ui-status-empty = Sin pares
ui-status-waiting = Espera al par
ui-status-silent = Sin respuesta
ui-status-blocked = Bloqueado
ui-status-paused = En pausa
ui-since = Desde { $time }
ui-paused-until = Vuelve en { $time }
ui-paused-open = Hasta que lo reanude
ui-last-handshake = Último saludo { $ago }.
ui-way-all = Todo en este ordenador pasa por el túnel.
ui-way-some = Lo que es de sus redes pasa por el túnel, lo demás por fuera.
ui-way-past = El tráfico pasa por fuera de este túnel.
ui-way-blocked = Nada sale de este ordenador hasta que el túnel esté encendido o usted lo apague.
ui-way-paused-blocked = El corte de emergencia está abierto mientras el túnel está en pausa.
ui-way-lockdown = Cierre total: nada sale de este ordenador mientras este túnel está apagado.
ui-turn-on = Encender
ui-pause = Pausar
ui-pause-5-minutes = Durante 5 minutos
ui-pause-1-hour = Durante 1 hora
ui-pause-open = Hasta que lo reanude
ui-resume = Reanudar
ui-turn-off-in = Apagar en { $span }
ui-turns-off = Se apaga en { $time }
ui-stay-on = Dejar encendido

ui-edit = Editar
ui-restart = Reiniciar
ui-only-when-up = Solo con el túnel encendido
ui-log-of-tunnel = Mostrar su registro
ui-rename = Cambiar el nombre…
ui-rename-title = Cambiar el nombre del túnel
ui-rename-button = Cambiar
ui-versions = Versiones anteriores
ui-new-key = Clave nueva
ui-export = Exportar
ui-remove = Quitar
ui-remove-title = ¿Quitar { $tunnel }?
ui-remove-text = Se borran su configuración, sus claves y sus versiones anteriores. No se puede deshacer.
ui-remove-up = Se apaga, y se borran su configuración, sus claves y sus versiones anteriores. No se puede deshacer.
ui-removed = { $tunnel } se quitó
ui-keep = Conservarlo

ui-problem-unusable = La configuración tiene errores, así que el túnel no se puede encender.
ui-problem-blocked = El túnel no se pudo mantener, y su corte de emergencia no deja pasar nada por fuera.
ui-problem-retry = El próximo intento es en { $time }.
ui-problem-retrying = El próximo intento está en marcha.
ui-problem-interface-removed = Otro programa quitó la interfaz del túnel.
ui-problem-engine-stopped = El túnel se detuvo solo. Lo que se sabe está en el registro.
ui-problem-no-answer = Se enviaron paquetes, y nada ha vuelto desde hace { $span }.
ui-problem-no-answer-advice = El servidor puede estar apagado, o la red intermedia puede bloquear UDP.
ui-problem-no-handshake = El servidor no ha respondido en { $span }.
ui-problem-no-handshake-advice = Compruebe el punto final y ambas claves públicas, y si el servidor conoce la clave de este ordenador.
ui-problem-routing-loops = { $count ->
    [one] Un paquete cifrado volvió al túnel y se descartó.
   *[other] { $count } paquetes cifrados volvieron al túnel y se descartaron.
}
ui-problem-routing-loops-advice = La ruta al servidor pasa por el propio túnel. Quite la dirección del servidor de AllowedIPs.
ui-problem-namespace = La interfaz pasó a otro espacio de nombres de red.
ui-problem-conflicts = El túnel está encendido a pesar de un conflicto.
ui-problem-differs = El túnel que se ejecuta difiere de su configuración.
ui-problem-rotation = Una clave nueva espera al otro lado.
ui-problem-key-old = { $days ->
    [one] La clave tiene más de { $days } día.
   *[other] La clave tiene más de { $days } días.
}
ui-fix-connect = Encender
ui-fix-disconnect = Apagar
ui-fix-restart = Reiniciar
ui-fix-reload = Aplicar la configuración
ui-fix-save = Guardar lo que se ejecuta
ui-fix-edit = Editar
ui-fix-hooks = Leer las órdenes
ui-fix-key = Introducir la clave
ui-fix-rotation = Clave nueva
ui-fix-endpoint = Editar el punto final
ui-fix-look-up = Consultar de nuevo
ui-fix-log = Ver el registro
ui-fix-own-key = Ver la clave pública

ui-traffic = Tráfico
ui-received = { $size } recibidos
ui-sent = { $size } enviados
ui-graph-range = Intervalo del gráfico
ui-graph-60-seconds = 60 s
ui-graph-5-minutes = 5 min
ui-graph-seconds-ago = hace { $seconds } s
ui-graph-minutes-ago = hace { $minutes } min
ui-graph-now = ahora
ui-graph-at = hace { $seconds } s: ↓ { $received } ↑ { $sent }
ui-graph-failed = No se pudo cargar el gráfico.
ui-graph = Tráfico de los últimos { $length } segundos: recibido hasta { $received }, enviado hasta { $sent }

ui-peers = Pares
ui-peer = Par
ui-peers-count = { $count ->
    [0] Sin pares
    [one] Un par
   *[other] { $count } pares
}
ui-no-peers = La configuración no tiene pares, así que el túnel no lleva nada.
ui-all-peers = Mostrar los { $count } pares
ui-peer-answers = responde
ui-peer-why-idle = No hace falta enviar nada por ahora.
ui-peer-why-never = Nunca ha llegado nada de él. El punto final o una clave pueden ser erróneos, o la red bloquea UDP.
ui-peer-why-handshaking = Aún no ha respondido al primer saludo.
ui-peer-why-unresolved = No se conoce la dirección de { $host }, así que no se le puede enviar nada.
ui-peer-why-loop = La ruta hacia él lleva a este mismo túnel.
ui-peer-why-own-key = Llegan mensajes cifrados para otra clave pública: el otro lado tiene una clave pública errónea de este túnel.
ui-peer-why-unknown-key = Llegan saludos de una clave pública que ningún par tiene aquí. La clave pública de este par puede ser errónea.
ui-peer-why-shared-key = Llegan saludos que no encajan con las claves de aquí. Las claves precompartidas pueden ser distintas.
ui-peer-why-clock = Llegan saludos más antiguos que otros anteriores. Puede que se haya atrasado el reloj del otro lado.
ui-peer-why-name-moved = Última respuesta: { $ago }. Si { $host } tiene ahora otra dirección, vuelva a consultarla.
ui-peer-why-roamed = Última respuesta: { $ago }, desde { $endpoint }, que no es el punto final configurado. Vuelva a consultarlo.
ui-peer-why-silent = Última respuesta: { $ago }. Puede estar apagado, o la red intermedia bloquea UDP.
ui-peer-why-waiting = No tiene punto final aquí, así que tiene que empezar.
ui-peer-why-not-running = Está en la configuración, pero el túnel en marcha no lo tiene.
ui-peer-why-from-outside = Otro programa añadió este par. No está en la configuración.
ui-endpoint = Punto final
ui-endpoint-moved = se ha movido; configurado:
ui-endpoint-configured = de
ui-handshake = Último saludo
ui-transfer = Transferencia
ui-transferred = { $received } recibidos, { $sent } enviados
ui-public-key = Clave pública
ui-own-key = Clave pública de este ordenador
ui-own-key-text = El otro extremo necesita esta clave.
ui-own-key-changes = Cambia al guardar: entonces el otro extremo necesita esta clave nueva.
ui-own-key-later = El servicio crea las claves al crear el túnel y muestra entonces la pública. Para saberla antes, escriba una clave privada propia.
ui-own-key-invalid = No hay una clave privada válida, así que no hay clave pública.
ui-preshared-key-set = Clave compartida puesta
ui-keepalive = Mantenimiento
ui-every = cada { $span }
ui-allowed-ips = IP permitidas
ui-more-networks = +{ $count } más

ui-changes = Lo que cambia en este ordenador
ui-would-change = Lo que cambiará encenderlo en este ordenador
ui-changes-undone = Todo esto se deshace al apagar el túnel.
ui-would-conflict = Encenderlo entra en conflicto con algo de este ordenador.
ui-effect-routes = { $count ->
    [0] ninguna ruta
    [one] una ruta
   *[other] { $count } rutas
}
ui-effect-dns-servers = { $count ->
    [one] un servidor DNS
   *[other] { $count } servidores DNS
}
ui-effect-commands = { $count ->
    [one] una orden
   *[other] { $count } órdenes
}
ui-effect-kill-switch = corte de emergencia
ui-effect-interface = { $interface }, MTU { $mtu } ({ $source })
ui-effect-hidden = Solo los administradores pueden ver esta orden
ui-label-interface = Interfaz
ui-label-line = Línea { $line }

ui-protection = Protección
ui-protection-at-once = Estos dos surten efecto enseguida, sin guardar.
ui-kill-switch = Corte de emergencia
ui-kill-switch-off = Apagado
ui-kill-switch-block = Bloqueo
ui-kill-switch-lockdown = Cierre total
ui-kill-switch-off-text = Si el túnel falla, el tráfico pasa por fuera.
ui-kill-switch-block-text = Mientras el túnel deba estar encendido, nada pasa por fuera.
ui-kill-switch-lockdown-text = Nunca pasa nada por fuera del túnel, ni apagado ni al arrancar el ordenador.
ui-allow-lan = Las redes locales quedan accesibles
ui-allow-lan-text = Impresoras y otros aparatos en las redes en las que está este ordenador.
ui-allow-lan-no-effect = Sin efecto mientras el corte de emergencia está apagado: entonces no se bloquea nada.
ui-ipv6-outside = IPv6 puede pasar por fuera del túnel
ui-ipv6-outside-text = El túnel toma todo IPv4 y nada de IPv6. Si no, IPv6 está cerrado mientras está encendido.
ui-start-at-boot = Encender al arrancar el ordenador
ui-start-at-boot-text = También antes de que nadie inicie sesión.
ui-start-at-boot-needs-key = No es posible: el túnel pide su clave.
ui-lockdown = ¿Poner { $tunnel } bajo cierre total?
ui-lockdown-text = Nada saldrá de este ordenador por fuera de este túnel, ni apagado ni tras un reinicio. Solo un administrador puede levantar un cierre total.
ui-lockdown-set = Poner cierre total

ui-route = ¿Adónde va una dirección?
ui-route-look = Consultar
ui-route-tunnel = { $ip } pasa por { $tunnel } hacia { $peer }.
ui-route-outside = { $ip } pasa por fuera de todos los túneles.
ui-route-outside-over = { $ip } pasa por fuera de todos los túneles, por { $interface }.
ui-route-no-peer = { $ip } entra en { $tunnel }, donde ningún par la tiene, y se descarta.
ui-route-other = { $tunnel } también la tomaría ({ $network }).

ui-details = Detalles técnicos
ui-details-summary = { $interface } · versión { $version }
ui-interface = Interfaz
ui-interface-hint = De 1 a 15 letras, cifras y _ = + . -
ui-key-age = Edad de la clave
ui-key-age-at-least = al menos { $span }
ui-listen-port = Escucha en
ui-udp-port = puerto UDP { $port }
ui-data-path = Camino de datos
ui-data-path-text = { $queues ->
    [one] una cola
   *[other] { $queues } colas
}; descargas: { $offloads }
ui-dropped = Descartados
ui-source = Configuración
ui-source-store = En el almacén de Adit
ui-id = Identificador

ui-conflict = { $tunnel } entra en conflicto con lo que ya hay
ui-conflict-text = Si ambos están encendidos, parte del tráfico va adonde no debe.
ui-conflict-anyway = Encender de todos modos
ui-conflict-replace = Apagar primero { $others }

ui-key = Clave privada de { $tunnel }
ui-key-text = El servicio no guarda esta clave. Se usa hasta que el túnel se apaga, y luego se olvida.
ui-key-label = Clave privada
ui-key-wrong = Esa no es la clave de este túnel.

ui-hooks = Órdenes de { $tunnel }
ui-hooks-text = Esta configuración ejecuta estas órdenes como root. Apruébelas solo si sabe qué hace cada una.
ui-hooks-hidden = No puede ver las órdenes. Pregunte a un administrador de este ordenador.
ui-hooks-approve = Aprobar

ui-welcome = Añada su primer túnel
ui-welcome-text = Adit lleva túneles de WireGuard en este ordenador. Mientras un túnel está encendido cambia rutas, DNS y el filtro de paquetes, le muestra cada cambio de antemano, y después los deshace todos.
ui-no-account = Sin cuenta, sin telemetría.
ui-import-file = Importar un archivo
ui-import-file-hint = Un archivo .conf, un archivo comprimido o la imagen de un código QR
ui-import-folder = Carpeta…
ui-import-folder-hint = Importa los archivos .conf de una carpeta
ui-import-paste = Pegar un texto
ui-import-paste-hint = El texto de una configuración
ui-scan = Escanear un código QR
ui-scan-hint = Con la cámara, de la pantalla o en una imagen
ui-scan-camera = Usar la cámara
ui-scan-screen = De la pantalla
ui-scan-clipboard = Del portapapeles
ui-scan-tip = Las imágenes también se pueden pegar con Ctrl+V. Se quedan en este programa y no se guarda ninguna.
ui-screen-waiting = Buscando en la pantalla…
ui-camera-starting = Iniciando la cámara…
ui-camera-looking = Ponga el código QR delante de la cámara.
ui-camera-preview = Imagen de la cámara
ui-camera-choice = Cámara
ui-camera-stop = Apagar la cámara
ui-camera-none = No se encontró ninguna cámara. Conecte una o elija una imagen del código QR.
ui-camera-denied = No se puede usar la cámara. Permítalo cuando se le pregunte o elija una imagen del código QR.
ui-camera-failed = No se pudo iniciar la cámara. Quizá la esté usando otro programa.
ui-from-camera = cámara
ui-from-screen = pantalla
ui-from-clipboard = portapapeles
ui-clipboard-empty = No hay ninguna imagen en el portapapeles.
ui-link-refused = No se abrió un enlace.
ui-link-no-tunnel = No hay ningún túnel { $name }.
ui-link-too-long = Es demasiado largo.
ui-link-parameters = Un enlace solo muestra una página. No puede traer una configuración ni activar o desactivar un túnel.
ui-link-name = No contiene un nombre de túnel válido.
ui-link-unknown = No nombra ninguna página de Adit.
ui-make-new = Crear uno nuevo
ui-make-new-hint = Con su propia clave
ui-paste-label = Texto de la configuración
ui-paste-continue = Continuar
ui-pasted-text = texto pegado
ui-pick-picture = Elegir una imagen
ui-drop = Suelte para importar
ui-drop-hint = También puede soltar archivos y carpetas en cualquier parte de esta ventana.
ui-rules = Automático
ui-rules-about = Las reglas encienden y apagan túneles según la red de este equipo. Decide la primera regla que se cumple.
ui-rules-start = ¿Cuándo debe estar encendido un túnel?
ui-rules-start-text = Una opción lista se convierte en reglas que puede leer y cambiar. No se guarda nada sin su acuerdo.
ui-rules-for = Túnel
ui-rules-preset-always = Siempre
ui-rules-preset-always-hint = Encendido en cualquier red.
ui-rules-preset-everywhere-except-here = En todas partes menos en casa
ui-rules-preset-everywhere-except-here-hint = Apagado en la red actual de este equipo, encendido en todas las demás.
ui-rules-preset-wifi-that-is-not-mine = En cualquier Wi-Fi que no sea la mía
ui-rules-preset-wifi-that-is-not-mine-hint = Apagado en la Wi-Fi actual y sin Wi-Fi, encendido en cualquier otra.
ui-rules-preset-open-wifi = En Wi-Fi abierta
ui-rules-preset-open-wifi-hint = Encendido donde la Wi-Fi no tiene contraseña, o una fácil de romper.
ui-rules-own = Escribir mis propias reglas
ui-rules-own-hint = Con condiciones sobre Wi-Fi, puerta de enlace, hora y más.
ui-rules-no-tunnels = Aún no hay túneles. Añada uno primero.
ui-rules-now = Ahora
ui-rules-view = Vista
ui-rules-list = Reglas
ui-rules-text = Texto
ui-rules-settings = Ajustes de las reglas
ui-rules-add = Añadir una regla
ui-rules-decides = decide ahora
ui-rules-otherwise = En cualquier otra red
ui-rules-otherwise-none = No se dice, así que allí el túnel de las reglas lo lleva todo.
ui-rules-unsaved = Estas reglas aún no están guardadas.
ui-rules-would = Con ellas, ahora: { $what }.
ui-rules-save = Guardar las reglas
ui-rules-saved = Las reglas están guardadas.
ui-rules-broken = No se pueden leer las reglas guardadas. Hasta arreglarlas valen las últimas, o las que más protegen.
ui-rules-has-errors = Este texto tiene errores. Corríjalos en el texto o vuelva a las reglas guardadas.
ui-rules-newer = Las reglas se cambiaron entretanto, así que estas no se pueden guardar.
ui-rules-overtaken = Las reglas se cambiaron entretanto, así que esto no se hizo.
ui-rules-trust = Confiar en esta red
ui-rules-trust-hint = Añade una regla que apaga los túneles aquí.
ui-rules-pause = Pausar las reglas
ui-rules-pause-network = Hasta que cambie la red
ui-rules-resume = Volver a seguir las reglas
ui-rules-paused = Las reglas están en pausa y sus túneles, apagados.
ui-rules-chosen-on = { $tunnel } se encendió a mano.
ui-rules-chosen-off = { $tunnel } se apagó a mano.
ui-rules-holds-network = Vale hasta que cambie la red.
ui-rules-holds-until = Termina en { $time }.
ui-rules-suspended = Ahora no tiene efecto: puede que esta sea otra red.
ui-rules-pending = En { $time }: { $what }.
ui-rules-ready-made = Reglas preparadas
ui-rules-ready-made-text = La elección sustituye todas las reglas actuales. No se guarda nada sin su acuerdo.
ui-rules-failing = El servidor de { $tunnel } no responde.
ui-rules-failing-step = Paso actual: { $step }.
ui-rules-failing-next = Próximo intento en { $time }.
ui-rules-off-in = { $tunnel } se apaga en { $time }.
ui-rules-why = ¿Por qué?
ui-rules-by = Lo decide: { $source }
ui-rules-sources = Posible: { $sources }
ui-rules-add-gateway = Añadir la puerta de enlace { $address }
ui-rules-add-probe = Añadir la prueba de casa
ui-rules-name-alone = confía solo en un nombre
ui-rules-name-alone-more = Cualquiera puede dar este nombre a una Wi-Fi. La dirección física de la puerta de enlace asegura que es la suya.
ui-rules-name-alone-away = Conéctese a esa Wi-Fi para añadir su puerta de enlace.
ui-rules-governed = Automático: { $source }
ui-rules-by-hand = encendido o apagado a mano
ui-rule = Regla { $number }
ui-rule-new = Regla nueva
ui-rule-edit = Editar la regla { $number }
ui-rule-edit-otherwise = Editar lo que vale en cualquier otra red
ui-rule-remove = Quitar la regla { $number }
ui-rule-up = Subir la regla { $number }
ui-rule-down = Bajar la regla { $number }
ui-rule-moved = Ahora es la regla { $number } de { $count }
ui-rule-unreadable = Esta línea tiene un error.
ui-rule-if = Si { $conditions }
ui-rule-name = Nombre (opcional)
ui-rule-conditions = Si se cumple todo esto
ui-rule-condition = Condición { $number }
ui-rule-add-condition = Añadir una condición
ui-rule-remove-condition = Quitar esta condición
ui-rule-is = es
ui-rule-is-not = no es
ui-rule-then = Entonces
ui-rule-then-up = Encender
ui-rule-then-down = Todo apagado
ui-rule-then-leave = Dejar como está
ui-rule-then-none = No decir nada
ui-rule-tunnel = Túnel
ui-rule-add-tunnel = También otro túnel
ui-rule-remove-tunnel = Sin { $tunnel }
ui-rule-mode = Qué pasa por él
ui-rule-mode-as-configured = según la configuración
ui-rule-mode-only = solo estas redes
ui-rule-networks = Redes
ui-rule-does-up = { $tunnels } encendido
ui-rule-does-down = todos los túneles automáticos apagados
ui-rule-kill = Corte de emergencia
ui-rule-kill-default = según los ajustes
ui-rule-kill-is = corte de emergencia: { $when }
ui-rule-one-per-line = Uno por línea
ui-rule-present = Actual: { $value }
ui-rule-manual = Una elección a mano vale
ui-rule-manual-text = Siempre termina cuando cambia la red.
ui-rule-manual-network = hasta que cambie la red
ui-rule-manual-for = como mucho { $span }
ui-rule-kill-text = Para las reglas que no dicen la suya.
ui-rule-failover = Si un servidor no responde
ui-rule-failover-text = Los pasos se prueban por orden, y después otra vez el propio túnel. Un servidor que responde conserva su túnel.
ui-rule-failover-none = no hacer nada
ui-rule-failover-after = después de { $span }
ui-rule-failover-steps = Pasos
ui-rule-failover-step = Paso { $number }
ui-rule-failover-next-endpoint = Probar sus otras direcciones
ui-rule-failover-up = Encender { $tunnel } en su lugar
ui-rule-failover-down = Apagarlo
ui-rule-failover-add = Añadir un paso
ui-rule-failover-remove = Quitar el paso { $number }
ui-match-link = tipo de red
ui-match-wifi-name = nombre de la Wi-Fi
ui-match-access-point = punto de acceso
ui-match-wifi-security = protección de la Wi-Fi
ui-match-gateway = puerta de enlace
ui-match-subnet = subred
ui-match-dns-suffix = sufijo DNS
ui-match-metered = de uso medido
ui-match-time = hora
ui-match-other-vpn = otra VPN
ui-match-home-probe = prueba de casa
ui-match-no-network = sin red
ui-match-wifi-name-hint = * vale por cualquier texto, ? por un carácter; ! al principio excluye nombres.
ui-match-time-hint = Por ejemplo mon-fri 22:00-06:00
ui-link-wifi = Wi-Fi
ui-link-ethernet = Ethernet
ui-link-cellular = red móvil
ui-link-other = otro tipo
ui-security-open = sin contraseña
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
ui-security-none = ninguna
ui-fact = { $what } es { $value }
ui-fact-not = { $what } no es { $value }
ui-fact-metered = el tráfico cuesta dinero
ui-fact-metered-not = el tráfico es gratis
ui-fact-other-vpn = hay otra VPN activa
ui-fact-other-vpn-not = no hay otra VPN activa
ui-fact-home-probe = la casa responde a la prueba
ui-fact-home-probe-not = la casa no responde a la prueba
ui-fact-no-network = no hay red
ui-fact-no-network-not = hay una red
ui-fact-quoted = «{ $text }»
ui-seen = visto: { $value }
ui-network-none = Este equipo no está en ninguna red.
ui-network-unknown = Aún no se conocen las redes de este equipo.
ui-network-gateway = puerta de enlace { $address }
ui-network-metered = de uso medido
ui-network-portal = una página de acceso retiene el tráfico
ui-draft = Túnel de { $from }
ui-draft-unusable = no se puede importar
ui-draft-unchecked = sin comprobar
ui-draft-leave-out = Dejar este fuera
ui-draft-edit = Editar el texto
ui-draft-keys = Las claves se quedan en el programa y se muestran como marcas. Donde queda la marca, queda la clave.
ui-import = { $count ->
    [0] Importar
    [one] Importar un túnel
   *[other] Importar { $count } túneles
}
ui-importing = Importando…
ui-imported = { $done } de { $all } importados
ui-import-unreadable = { $count ->
    [one] No se puede leer un archivo.
   *[other] No se pueden leer { $count } archivos.
}
ui-import-too-large = El archivo es demasiado grande.
ui-takeovers = Túneles de wg-quick
ui-takeovers-text = Estos pueden pasar a Adit. Sus archivos se quedan donde están.
ui-takeover-up = encendido
ui-takeover-down = apagado
ui-take-over = Tomar
ui-take-over-title = ¿Tomar { $name }?
ui-take-over-file = El archivo { $path } se queda donde está, sin cambios. Adit lleva el túnel a partir de él.
ui-take-over-stops-service = { $unit } se detiene: el túnel se apaga un momento y vuelve con Adit.
ui-take-over-stops-tunnel = El túnel activo se desmonta como lo hace wg-quick y vuelve con Adit.
ui-take-over-stays-off = El túnel está apagado y sigue así hasta que lo encienda.
ui-take-over-boot = Adit lo enciende al arrancar el ordenador. wg-quick también lo seguiría haciendo; quítelo después en un terminal:
ui-take-over-fails = Si no se enciende con Adit, wg-quick lo enciende de nuevo.
ui-new-name = Túnel nuevo
ui-create = Crear

ui-configuration = Configuración
ui-editor-view = Vista
ui-editor-text = Texto
ui-editor-form = Formulario
ui-undo = Deshacer
ui-redo = Rehacer
ui-editor-keys = Ctrl+Espacio propone lo que encaja en ese lugar; Ctrl+F busca; Ctrl+Z deshace un cambio.
ui-editor-failed = No se pudo cargar el editor.
ui-hide-keys = Ocultar claves
ui-completions = Propuestas
ui-find = Buscar
ui-find-replace-with = Reemplazar por
ui-find-next = Siguiente
ui-find-previous = Anterior
ui-find-case = Mayúsculas y minúsculas
ui-find-word = Palabras enteras
ui-find-pattern = Expresión regular
ui-find-replace = Reemplazar
ui-find-replace-all = Reemplazar todo
ui-find-close = Cerrar la búsqueda
ui-find-current = Coincidencia actual
ui-find-replaced = Reemplazado en la línea $
ui-find-replaced-all = $ coincidencias reemplazadas
ui-find-on-line = en la línea
ui-findings = Hallazgos
ui-no-findings = Sin errores ni avisos
ui-fix-replace = Reemplazar por { $text }
ui-fix-insert = Insertar { $text }
ui-fix-remove = Quitarlo
ui-discard = Descartar cambios
ui-load-newer = Cargar la versión más nueva
ui-review-open = Revisar y guardar
ui-review = ¿Guardar estos cambios?
ui-review-nothing = Nada cambia de sentido: solo comentarios, orden o espacios.
ui-review-more = { $count ->
    [one] Un cambio más no aparece.
   *[other] { $count } cambios más no aparecen.
}
ui-review-restart = Algunos cambios solo valen al reiniciar el túnel.
ui-review-back = Seguir editando
ui-saved = { $count ->
    [0] Guardado
    [one] Guardado; un cambio ya vale
   *[other] Guardado; { $count } cambios ya valen
}
ui-saved-restart = Guardado; reinicie el túnel para que valgan todos los cambios
ui-form-this-end = Este ordenador
ui-form-peer = Par { $number }
ui-form-through = Lo que pasa por este par
ui-form-through-everything = Todo
ui-form-through-private = Redes privadas
ui-form-through-except = Todo salvo…
ui-form-through-custom = Lista propia
ui-form-except-what = Redes que quedan fuera
ui-form-own-key = Si se deja vacío, el servicio crea una clave que nunca sale de él.
ui-form-add-peer = Añadir un par
ui-form-remove = Quitar { $peer }
ui-form-remove-peer = Quitar este par
ui-form-remove-title = ¿Quitar { $peer }?
ui-form-remove-text = Sus claves, su extremo y sus redes salen de la configuración. Deshacer los devuelve mientras no se guarde ni se descarte.
ui-psk-none = Ninguna
ui-psk-set = Puesta; la guarda el servicio
ui-psk-new = Nueva: el otro extremo necesita la misma
ui-psk-make = Crear una
ui-psk-replace = Crear otra
ui-psk-copy = Copiar
ui-psk-remove = Quitar
ui-help-privatekey = La clave privada de este extremo, 44 caracteres
ui-help-address = Direcciones de este ordenador en el túnel, como 10.0.0.2/32
ui-help-dns = Servidores DNS mientras el túnel está encendido, y dominios de búsqueda
ui-help-mtu = El mayor paquete en el túnel, en bytes; sin él Adit halla el tamaño adecuado
ui-help-listenport = Puerto UDP de este ordenador; sin él lo elige el sistema
ui-help-table = Tabla de enrutamiento para las rutas del túnel: un número, auto u off
ui-help-fwmark = Marca en los paquetes cifrados, para reglas propias
ui-help-saveconfig = Si lo que se ejecuta se guarda al apagar el túnel
ui-help-preup = Una orden antes de crear la interfaz; solo se ejecuta una vez aprobada
ui-help-postup = Una orden después de que todo esté listo; solo se ejecuta una vez aprobada
ui-help-predown = Una orden antes de deshacer nada; solo se ejecuta una vez aprobada
ui-help-postdown = Una orden después de deshacerlo todo; solo se ejecuta una vez aprobada
ui-help-publickey = La clave pública del otro extremo, 44 caracteres
ui-help-presharedkey = Un secreto que ambos extremos comparten además de sus claves, 44 caracteres
ui-help-endpoint = Dónde está el otro extremo: host:puerto
ui-help-further-endpoints = Un Endpoint que se prueba si el par no responde en el anterior; otros programas lo pasan por alto
ui-help-allowedips = Redes tras el otro extremo; 0.0.0.0/0, ::/0 es todo
ui-help-persistentkeepalive = Segundos entre paquetes que mantienen abierto un camino por NAT, como 25

ui-version = Versión { $version }
ui-version-current = Actual
ui-version-imported = Importada
ui-version-edited = Editada
ui-version-rotated = Clave sustituida
ui-version-saved = Guardada de lo que se ejecutaba
ui-version-restored = Restaurada de la versión { $version }
ui-restore = Restaurar
ui-restored = La versión { $version } está restaurada

ui-export-warning = Quien tenga esta configuración puede usar su túnel.
ui-export-warning-text = Contiene la clave privada. El ordenador puede pedir su contraseña.
ui-export-copy = Copiar la configuración
ui-export-copied = Copiada; el portapapeles se vacía en 60 s
ui-export-qr = Mostrar como código QR
ui-export-qr-hint = Escanéelo con la aplicación WireGuard de un teléfono.
ui-export-qr-hide = Ocultar
ui-export-file = Guardar como archivo…
ui-export-saved = { $file } está guardado
ui-export-all = Exportar todos los túneles
ui-export-all-hint = Todas las configuraciones con sus claves en un archivo zip sin cifrar.
ui-export-all-open = Exportar…
ui-export-all-warning = Quien tenga este archivo puede usar todos sus túneles.
ui-export-all-warning-text = Contiene todas las claves privadas y no está cifrado. El ordenador puede pedir su contraseña.
ui-export-all-save = Guardar como archivo zip…
ui-export-all-better = Para conservar los túneles o llevarlos a otro ordenador es mejor una copia de seguridad cifrada.

ui-backups = Copia de seguridad y exportación
ui-backup = Hacer copia de todos los túneles
ui-backup-hint = Túneles, claves y ajustes en un solo archivo cifrado.
ui-backup-open = Hacer copia…
ui-backup-text = Todos los túneles con sus claves y ajustes van a un solo archivo cifrado. Para abrirlo hace falta la frase de contraseña; nadie puede reponer una perdida.
ui-backup-passphrase = Frase de contraseña
ui-backup-repeat = La misma otra vez
ui-backup-differs = Las frases de contraseña son distintas.
ui-backup-weak = Fácil de adivinar: quien consiga el archivo puede probar frases cortas. Varias palabras seguidas son mejores.
ui-backup-fair = Buena. Otra palabra la hace más fuerte.
ui-backup-strong = Difícil de adivinar
ui-backup-no-key = { $tunnels } pide su clave privada, así que falta en la copia.
ui-backup-rotation = La clave nueva de { $tunnels } no está en la copia hasta que sustituya a la antigua.
ui-backup-save = Guardar la copia…
ui-backup-busy = Haciendo la copia. El cifrado tarda un momento.
ui-backup-saved = { $file } está escrito: { $count ->
    [one] un túnel
   *[other] { $count } túneles
}, cifrado
ui-backup-none = No hay ningún túnel del que hacer copia.
ui-restore-backup = Restaurar una copia de seguridad
ui-restore-backup-hint = Añadir túneles de una copia o sustituir los que difieren.
ui-restore-open = Restaurar…
ui-restore-text = Adit muestra en qué difieren los túneles de la copia de los de este ordenador. Nada cambia antes de que lo haya visto.
ui-restore-choose = Elegir una copia…
ui-restore-other = Elegir otra…
ui-restore-decrypt = Abrir
ui-restore-busy = Abriendo la copia. El descifrado tarda un momento.
ui-restore-made = Hecha { $moment } por { $program }
ui-restore-new = Nuevo
ui-restore-same = Igual
ui-restore-different = Difiere
ui-restore-refused = No se puede restaurar
ui-restore-want-new = Añadir { $tunnel }
ui-restore-want-different = Sustituir { $tunnel }
ui-restore-interface = Recibe la interfaz { $interface }, porque { $other } está en uso.
ui-restore-keeps = Conserva su interfaz { $interface }; en la copia es { $other }.
ui-restore-replaces = Los túneles marcados que difieren se sustituyen. Sus configuraciones actuales quedan entre las versiones anteriores.
ui-restore-nothing = Todos los túneles de la copia ya están aquí y son iguales.
ui-restore-start = { $count ->
    [0] Restaurar
    [one] Restaurar un túnel
   *[other] Restaurar { $count } túneles
}
ui-restore-carrying-out = Restaurando…
ui-restore-finished = { $done ->
    [0] No se restauró ningún túnel
    [one] Se restauró un túnel
   *[other] Se restauraron { $done } túneles
}
ui-restore-added = Añadido
ui-restore-replaced = Sustituido
ui-restore-left = Queda como está
ui-restore-not-added = No añadido
ui-restore-failed = No restaurado
ui-restore-unsure = Se cortó la conexión con el servicio. Puede que se haya restaurado.
ui-restore-commands = Tiene comandos que solo se ejecutan después de que los apruebe.
ui-restore-restart = Algunos cambios solo surten efecto al reiniciar el túnel.
ui-restore-remains = No se pudieron deshacer pasos anteriores:
ui-restore-text-differs = Comentarios, orden o espacios de la configuración
ui-restore-reminder = Aviso de claves antiguas
ui-yes = sí
ui-no = no
ui-backup-problem-unreadable = No se puede leer el archivo.
ui-backup-problem-too-large = El archivo es más grande de lo que puede ser una copia de seguridad.
ui-backup-problem-not-a-backup = Esto no es una copia de seguridad de Adit.
ui-backup-problem-damaged = La copia está dañada: una parte se cambió o falta.
ui-backup-problem-needs-identity = La copia está cifrada para un destinatario. Restáurela en una terminal con el archivo de la clave secreta:
ui-backup-problem-wrong-passphrase = Esa no es la frase de contraseña de esta copia.
ui-backup-problem-too-much-work = Abrir este archivo exigiría demasiada memoria y tiempo. No lo hizo Adit.
ui-backup-problem-newer = Una versión más nueva de Adit hizo esta copia. Actualice Adit para restaurarla.
ui-backup-problem-content = El contenido no es el de una copia de seguridad.

ui-rotation-none = Sustituir la clave de este túnel
ui-rotation-none-text = El servicio crea una clave nueva mientras el túnel sigue con la antigua. Usted da la nueva clave pública al otro lado, y cambia cuando responda.
ui-rotation-age = La clave actual tiene al menos { $span }.
ui-rotation-begin = Crear una clave nueva
ui-rotation-waits = Una clave nueva espera
ui-rotation-tell = Dé esto al otro lado:
ui-rotation-test-text = Averigüe si el otro lado ya la conoce.
ui-rotation-test = Probar la clave nueva
ui-rotation-answered = Respondió: { $peers }
ui-rotation-silent = Sin respuesta: { $peers }
ui-rotation-not-asked = No se pudo preguntar: { $peers }
ui-rotation-finish-text = Sustituya la clave antigua.
ui-rotation-finish = Usar la clave nueva
ui-rotation-anyway = Usarla de todos modos
ui-rotation-cancel = Desechar la clave nueva
ui-rotation-done = El túnel tiene su clave nueva
ui-key-reminder = Recordarme renovar la clave
ui-key-reminder-text = Adit avisa cuando la clave es más antigua.

ui-log-level = Nivel
ui-log-error = Error
ui-log-warn = Aviso
ui-log-info = Info
ui-log-debug = Detalle
ui-log-tunnel = Túnel
ui-log-all-tunnels = Todos los túneles
ui-log-search = Buscar en el registro
ui-log-copy = Copiar
ui-log-copied = { $count ->
    [one] Una línea copiada
   *[other] { $count } líneas copiadas
}
ui-log-empty = Ninguna línea coincide.
ui-log-follow = Líneas más nuevas

ui-appearance = Apariencia
ui-theme = Tema
ui-theme-system = Sistema
ui-theme-light = Claro
ui-theme-dark = Oscuro
ui-theme-contrast = Alto contraste
ui-theme-contrast-light = Alto contraste, claro
ui-theme-contrast-dark = Alto contraste, oscuro
ui-language = Idioma
ui-language-system = Como el sistema
ui-rates = Velocidades en
ui-rates-bits = Bits
ui-rates-bytes = Bytes
ui-desktop = Bandeja y notificaciones
ui-show-tray = Mostrar un icono en la bandeja
ui-tray-off = Al cerrar la ventana termina Adit. Los túneles quedan como están.
ui-close-hides = Cerrar la ventana a la bandeja
ui-no-tray = Aquí no hay bandeja: al cerrar la ventana termina Adit. Los túneles quedan como están.
ui-start-at-login = Iniciar al entrar en la sesión
ui-notify = Avisarme cuando
ui-notify-up = Un túnel se enciende
ui-notify-down = Un túnel se apaga
ui-notify-rules = Una regla enciende o apaga un túnel, o cambia lo que pasa por él
ui-notify-silent = Nadie responde en 5 minutos
ui-notify-answers = El par vuelve a responder
ui-notify-blocked = Un corte de emergencia bloquea el tráfico
ui-notify-key-old = Una clave es vieja
ui-service = Servicio
ui-service-version = Versión
ui-service-protocol = Contrato
ui-service-started = En marcha desde
ui-service-role = Puede
ui-about-title = Acerca de Adit
ui-about = Adit es software libre con las licencias MIT y Apache 2.0. WireGuard es una marca registrada de Jason A. Donenfeld.
ui-support = Paquete de asistencia
ui-support-hint = Versiones, estados, configuraciones sin claves y el registro, como texto para quien le ayuda.
ui-support-open = Vista previa
ui-support-text = Todo lo que ayuda a encontrar la causa de un problema, como texto: versiones, estados, configuraciones, diagnósticos y el registro. No contiene claves privadas ni compartidas, comandos ni comentarios. Léalo antes de entregarlo; Adit no envía nada.
ui-support-hide = Ocultar las direcciones IP y los nombres de los puntos finales
ui-support-copy = Copiar todo
ui-support-copied = Paquete de asistencia copiado
ui-support-file = Para escribir estos archivos en un archivo comprimido, escriba en un terminal:

ui-shortcuts = Atajos de teclado
ui-shortcuts-text = Todo en esta ventana se puede hacer con el teclado.
ui-shortcut-import = Importar archivos
ui-shortcut-new = Túnel nuevo
ui-shortcut-edit = Editar el túnel
ui-shortcut-search = Buscar túneles
ui-shortcut-log = Registro
ui-shortcut-settings = Ajustes
ui-shortcut-move = Moverse por la lista
ui-shortcut-toggle = Encender o apagar el túnel
ui-shortcut-remove = Quitar el túnel
ui-shortcut-back = Atrás
ui-shortcut-help = Esta página
ui-shortcuts-editor = En el editor
ui-shortcut-complete = Proponer lo que encaja en ese lugar
ui-shortcut-find = Buscar en el texto

## Captive portals
error-portal-is-open = un programa de { $by } ya puede llegar al portal cautivo
    .advice = esperar a que termine
    .command = terminarlo con: adit portal --close
error-portal-not-shut-out = ningún kill switch está cerrado, así que no se abre nada para el portal cautivo
    .advice = pausar el túnel si hay uno activo, y después usar simplemente el navegador
event-portal-open = { $by } puede llegar al portal cautivo
event-portal-captive = esta red pide iniciar sesión ({ $interface })
event-portal-none = no hay portal cautivo, o nadie sabe de ninguno
log-portal-opened = un programa puede llegar al portal cautivo durante { $span } como máximo ({ $by })
log-portal-host = el programa puede llegar a { $host }
log-portal-closed = el portal cautivo está cerrado de nuevo: { $why }
log-portal-not-opened = no se pudo abrir el camino al portal cautivo: { $error }
log-portal-not-closed = la vía al portal cautivo no se pudo cerrar y se cierra sola cuando acabe su tiempo: { $error }
portal-end-asked = un usuario lo pidió
portal-end-time-over = el tiempo se acabó
portal-end-program-gone = el programa terminó
portal-end-network-changed = la red cambió
portal-end-passed = la red deja pasar el tráfico
portal-end-service-ended = el servicio terminó
portal-hint = la red de { $interface } pide iniciar sesión, y su página está bloqueada; abrirla con: adit portal
ui-portal-text = Su página de inicio de sesión está bloqueada. Para abrirla a un navegador, escriba en un terminal:
portal-opened = durante { $span } como máximo, un solo navegador puede llegar a la página de inicio de sesión; el resto del tráfico sigue bloqueado
portal-browser = { $program } se abre con un perfil propio, que después se borra: iniciar sesión ahí
portal-proxy = iniciar sesión con un navegador que use el proxy HTTP { $proxy }, en { $url }
portal-no-browser = no se encontró ningún navegador que acepte un perfil y un proxy
portal-online = esta red deja pasar el tráfico
portal-captive = esta red pide iniciar sesión
portal-unknown = no se sabe si esta red pide iniciar sesión: { $error }
portal-ended = la página de inicio de sesión está bloqueada de nuevo: { $why }
portal-closed = ningún programa puede llegar ahora a un portal cautivo
