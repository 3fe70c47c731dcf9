/// The text of the samples, as `haproxy -c` was seen to take it (the live tests ask it each time).
enum Golden {
  static let none = #"""
    # Generated: changes to this file are overwritten.

    global
      description "configuration 1b57bb431fa65be2"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 10000
      no strict-limits
      hard-stop-after 86400000ms
      mworker-max-reloads 32
      tune.bufsize 131072
      tune.maxrewrite 4096
      tune.http.maxhdr 256

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option clitcpka
      clitcpka-idle 60s
      option srvtcpka
      srvtcpka-idle 60s
      retries 3
      retry-on conn-failure empty-response
      timeout connect 200ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 5000ms
      timeout tunnel 3600000ms
      timeout check 2000ms

    frontend services
      bind *:8888
      http-request return status 405 content-type text/plain string "TRACE is not allowed\n" if { method TRACE }
      http-request return status 431 content-type text/plain lf-string "the request headers are %[req.hdrs,length] bytes long; at most 33792 are allowed\n" if { req.hdrs,length -m int gt 33792 }
      http-request return status 414 content-type text/plain lf-string "the request URL is %[url,length] bytes long; at most 33792 are allowed\n" if { url,length -m int gt 33792 }
      http-response set-var(txn.headers) res.hdrs,length
      http-response return status 502 content-type text/plain lf-string "the response headers of the service are %[var(txn.headers)] bytes long; at most 33792 are allowed\n" if { var(txn.headers) -m int gt 33792 }
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS }
      http-request return status 404 content-type text/plain string "no services yet\n" if { path / }
      http-request set-var(txn.host) req.hdr(Host),lower
      http-request del-header X-Forwarded- -m beg
      http-request del-header Forwarded
      http-request del-header X-Real-IP
      http-request set-header X-Forwarded-For %[src]
      http-request set-header X-Forwarded-Host %[req.hdr(Host)] if { req.hdr(Host) -m found }
      http-request set-header X-Forwarded-Proto http
      use_backend %[path,field(2,/)] if { path,field(2,/) -m reg ^[A-Za-z0-9][A-Za-z0-9_.-]*$ }
      default_backend _unknown

    backend _unknown
      http-request return status 404 content-type text/plain string "no service of this name; / lists the services\n"

    frontend statistics
      bind *:9999
      stats enable
      stats uri '/stats'
      stats refresh 2s
      stats hide-version
      stats auth 'stats:stats'
      http-request redirect location '/stats' if { path / }

    """#

  static let one = #"""
    # Generated: changes to this file are overwritten.

    global
      description "configuration ae7729ea90e16b01"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 10000
      no strict-limits
      hard-stop-after 86400000ms
      mworker-max-reloads 32
      tune.bufsize 131072
      tune.maxrewrite 4096
      tune.http.maxhdr 256

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option clitcpka
      clitcpka-idle 60s
      option srvtcpka
      srvtcpka-idle 60s
      retries 3
      retry-on conn-failure empty-response
      timeout connect 200ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 5000ms
      timeout tunnel 3600000ms
      timeout check 2000ms

    frontend services
      bind *:8888
      http-request return status 405 content-type text/plain string "TRACE is not allowed\n" if { method TRACE }
      http-request return status 431 content-type text/plain lf-string "the request headers are %[req.hdrs,length] bytes long; at most 33792 are allowed\n" if { req.hdrs,length -m int gt 33792 }
      http-request return status 414 content-type text/plain lf-string "the request URL is %[url,length] bytes long; at most 33792 are allowed\n" if { url,length -m int gt 33792 }
      http-response set-var(txn.headers) res.hdrs,length
      http-response return status 502 content-type text/plain lf-string "the response headers of the service are %[var(txn.headers)] bytes long; at most 33792 are allowed\n" if { var(txn.headers) -m int gt 33792 }
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS }
      http-request return status 200 content-type text/plain string "services:\n/hello1\n" if { path / }
      http-request set-var(txn.host) req.hdr(Host),lower
      http-request del-header X-Forwarded- -m beg
      http-request del-header Forwarded
      http-request del-header X-Real-IP
      http-request set-header X-Forwarded-For %[src]
      http-request set-header X-Forwarded-Host %[req.hdr(Host)] if { req.hdr(Host) -m found }
      http-request set-header X-Forwarded-Proto http
      use_backend %[path,field(2,/)] if { path,field(2,/) -m reg ^[A-Za-z0-9][A-Za-z0-9_.-]*$ }
      default_backend _unknown

    backend _unknown
      http-request return status 404 content-type text/plain string "no service of this name; / lists the services\n"

    frontend statistics
      bind *:9999
      stats enable
      stats uri '/stats'
      stats refresh 2s
      stats hide-version
      stats auth 'stats:stats'
      http-request redirect location '/stats' if { path / }

    backend hello1
      http-error status 502 content-type text/plain string "service hello1 closed the connection without a complete response, or its response headers are invalid or longer than 126976 bytes\n"
      http-error status 503 content-type text/plain string "no server of service hello1 is up\n" hdr Retry-After 1
      http-error status 504 content-type text/plain string "service hello1 did not begin its response within 60 s\n"
      http-request set-header X-Forwarded-Prefix /hello1
      http-request set-var(txn.bare) bool(true) if { path /hello1 }
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      http-response replace-header Location '^/(?!/)(?!hello1(?:[/?#]|$))(.*)$' '/hello1/\1'
      http-response replace-header Location '(?i)^(https?://[^/]*)(?:/(?!hello1(?:[/?#]|$))(.*))?$' '\1/hello1/\2' if { res.hdr(Location),field(3,/),lower,strcmp(txn.host) eq 0 }
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/\s*(;.*)?$' '\1/hello1\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/(?!hello1(?:[/;\s]|$))(.*)$' '\1/hello1/\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(?!.*;\s*path\s*=\s*/)(.*)$' '\1; Path=/hello1' if { var(txn.bare) -m bool }
      .if version_atleast(3.0)
      http-response set-timeout server 3600000ms
      .endif
      # servers: check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s
      server node-1 172.18.0.5:8001 check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    """#

  static let many = #"""
    # Generated: changes to this file are overwritten.

    global
      description "configuration b0e8148dc5e792f7"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 500
      no strict-limits
      hard-stop-after 10000ms
      mworker-max-reloads 32
      tune.bufsize 131072
      tune.maxrewrite 4096
      tune.http.maxhdr 256
      user haproxy
      group haproxy

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option clitcpka
      clitcpka-idle 60s
      option srvtcpka
      srvtcpka-idle 60s
      retries 3
      retry-on conn-failure empty-response
      timeout connect 50ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 5000ms
      timeout tunnel 3600000ms
      timeout check 2000ms

    frontend services
      bind 127.0.0.1:18888
      http-request return status 405 content-type text/plain string "TRACE is not allowed\n" if { method TRACE }
      http-request return status 431 content-type text/plain lf-string "the request headers are %[req.hdrs,length] bytes long; at most 33792 are allowed\n" if { req.hdrs,length -m int gt 33792 }
      http-request return status 414 content-type text/plain lf-string "the request URL is %[url,length] bytes long; at most 33792 are allowed\n" if { url,length -m int gt 33792 }
      http-response set-var(txn.headers) res.hdrs,length
      http-response return status 502 content-type text/plain lf-string "the response headers of the service are %[var(txn.headers)] bytes long; at most 33792 are allowed\n" if { var(txn.headers) -m int gt 33792 }
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS }
      http-request return status 200 content-type text/plain string "services:\n/Api_v1.2\n/hello1\n/web\n" if { path / }
      http-request set-var(txn.host) req.hdr(Host),lower
      http-request del-header X-Forwarded- -m beg
      http-request del-header Forwarded
      http-request del-header X-Real-IP
      http-request set-header X-Forwarded-For %[src]
      http-request set-header X-Forwarded-Host %[req.hdr(Host)] if { req.hdr(Host) -m found }
      http-request set-header X-Forwarded-Proto http
      use_backend %[path,field(2,/)] if { path,field(2,/) -m reg ^[A-Za-z0-9][A-Za-z0-9_.-]*$ }
      default_backend _unknown

    backend _unknown
      http-request return status 404 content-type text/plain string "no service of this name; / lists the services\n"

    frontend statistics
      bind [::1]:19999
      stats enable
      stats uri '/'
      stats refresh 2s
      stats hide-version
      stats auth 'admin:p#s"w$rd\%'

    backend Api_v1.2
      http-error status 502 content-type text/plain string "service Api_v1.2 closed the connection without a complete response, or its response headers are invalid or longer than 126976 bytes\n"
      http-error status 503 content-type text/plain string "no server of service Api_v1.2 is up\n" hdr Retry-After 1
      http-error status 504 content-type text/plain string "service Api_v1.2 did not begin its response within 60 s\n"
      http-request set-header X-Forwarded-Prefix /Api_v1.2
      http-request set-var(txn.bare) bool(true) if { path /Api_v1.2 }
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      http-response replace-header Location '^/(?!/)(?!Api_v1\.2(?:[/?#]|$))(.*)$' '/Api_v1.2/\1'
      http-response replace-header Location '(?i)^(https?://[^/]*)(?:/(?!Api_v1\.2(?:[/?#]|$))(.*))?$' '\1/Api_v1.2/\2' if { res.hdr(Location),field(3,/),lower,strcmp(txn.host) eq 0 }
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/\s*(;.*)?$' '\1/Api_v1.2\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/(?!Api_v1\.2(?:[/;\s]|$))(.*)$' '\1/Api_v1.2/\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(?!.*;\s*path\s*=\s*/)(.*)$' '\1; Path=/Api_v1.2' if { var(txn.bare) -m bool }
      .if version_atleast(3.0)
      http-response set-timeout server 3600000ms
      .endif
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    backend hello1
      http-error status 502 content-type text/plain string "service hello1 closed the connection without a complete response, or its response headers are invalid or longer than 126976 bytes\n"
      http-error status 503 content-type text/plain string "no server of service hello1 is up\n" hdr Retry-After 1
      http-error status 504 content-type text/plain string "service hello1 did not begin its response within 60 s\n"
      http-request set-header X-Forwarded-Prefix /hello1
      http-request set-var(txn.bare) bool(true) if { path /hello1 }
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      http-response replace-header Location '^/(?!/)(?!hello1(?:[/?#]|$))(.*)$' '/hello1/\1'
      http-response replace-header Location '(?i)^(https?://[^/]*)(?:/(?!hello1(?:[/?#]|$))(.*))?$' '\1/hello1/\2' if { res.hdr(Location),field(3,/),lower,strcmp(txn.host) eq 0 }
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/\s*(;.*)?$' '\1/hello1\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(.*;\s*path\s*=\s*)/(?!hello1(?:[/;\s]|$))(.*)$' '\1/hello1/\2'
      http-response replace-header Set-Cookie '(?i)^(?!__Host-)(?!.*;\s*path\s*=\s*/)(.*)$' '\1; Path=/hello1' if { var(txn.bare) -m bool }
      .if version_atleast(3.0)
      http-response set-timeout server 3600000ms
      .endif
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s
      server node-1 172.18.0.5:8001 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    backend web
      http-error status 502 content-type text/plain string "service web closed the connection without a complete response, or its response headers are invalid or longer than 126976 bytes\n"
      http-error status 503 content-type text/plain string "no server of service web is up\n" hdr Retry-After 1
      http-error status 504 content-type text/plain string "service web did not begin its response within 300 s\n"
      http-request set-header X-Forwarded-Prefix /web
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      http-response replace-header Location '^/(?!/)(?!web(?:[/?#]|$))(.*)$' '/web/\1'
      http-response replace-header Location '(?i)^(https?://[^/]*)(?:/(?!web(?:[/?#]|$))(.*))?$' '\1/web/\2' if { res.hdr(Location),field(3,/),lower,strcmp(txn.host) eq 0 }
      timeout server 300000ms
      timeout tunnel 1500ms
      timeout check 5000ms
      .if version_atleast(3.0)
      http-response set-timeout server 1500ms
      .endif
      option httpchk
      http-check send meth GET uri '/healthz?deep=1&x=%27' ver HTTP/1.1 hdr Host web.example:8080
      http-check expect status 200-399
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-1 [fd00::5]:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-10 172.18.0.14:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-2 172.18.0.6:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50 disabled

    """#
}
