/// The text of the samples, as `haproxy -c` was seen to take it (the live tests ask it each time).
enum Golden {
  static let none = #"""
    # Generated: changes to this file are overwritten.

    global
      description "configuration 53e60251cfb015cc"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 10000
      no strict-limits
      hard-stop-after 300000ms

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option forwardfor
      retries 3
      retry-on all-retryable-errors
      timeout connect 200ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 10000ms
      timeout tunnel 3600000ms
      timeout check 300ms
      http-error status 502 content-type text/plain string "the service broke off its answer\n"
      http-error status 504 content-type text/plain string "the service did not answer in time\n"

    frontend services
      bind *:8888
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS TRACE PUT DELETE }
      http-request return status 404 content-type text/plain string "no services yet\n" if { path / }
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
      description "configuration d11734eed52c7103"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 10000
      no strict-limits
      hard-stop-after 300000ms

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option forwardfor
      retries 3
      retry-on all-retryable-errors
      timeout connect 200ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 10000ms
      timeout tunnel 3600000ms
      timeout check 300ms
      http-error status 502 content-type text/plain string "the service broke off its answer\n"
      http-error status 504 content-type text/plain string "the service did not answer in time\n"

    frontend services
      bind *:8888
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS TRACE PUT DELETE }
      http-request return status 200 content-type text/plain string "services:\n/hello1\n" if { path / }
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
      http-error status 503 content-type text/plain string "no server of service hello1 is up\n" hdr Retry-After 1
      http-request set-header X-Forwarded-Prefix /hello1
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      # servers: check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s
      server node-1 172.18.0.5:8001 check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    """#

  static let many = #"""
    # Generated: changes to this file are overwritten.

    global
      description "configuration 98d6f7e8dd1ae9af"
      stats socket '/run/proxy/admin.sock' mode 600 level admin expose-fd listeners
      maxconn 500
      no strict-limits
      hard-stop-after 10000ms
      user haproxy
      group haproxy

    defaults
      mode http
      balance roundrobin
      option idle-close-on-response
      option redispatch 1
      option forwardfor
      retries 3
      retry-on all-retryable-errors
      timeout connect 50ms
      timeout client 60000ms
      timeout server 60000ms
      timeout http-request 10000ms
      timeout http-keep-alive 60000ms
      timeout queue 10000ms
      timeout tunnel 3600000ms
      timeout check 300ms
      http-error status 502 content-type text/plain string "the service broke off its answer\n"
      http-error status 504 content-type text/plain string "the service did not answer in time\n"

    frontend services
      bind 127.0.0.1:18888
      http-request disable-l7-retry if !{ method GET HEAD OPTIONS TRACE PUT DELETE }
      http-request return status 200 content-type text/plain string "services:\n/Api_v1.2\n/hello1\n/web\n" if { path / }
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
      http-error status 503 content-type text/plain string "no server of service Api_v1.2 is up\n" hdr Retry-After 1
      http-request set-header X-Forwarded-Prefix /Api_v1.2
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    backend hello1
      http-error status 503 content-type text/plain string "no server of service hello1 is up\n" hdr Retry-After 1
      http-request set-header X-Forwarded-Prefix /hello1
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s
      server node-1 172.18.0.5:8001 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s

    backend web
      http-error status 503 content-type text/plain string "no server of service web is up\n" hdr Retry-After 1
      http-request set-header X-Forwarded-Prefix /web
      http-request replace-path ^/[^/]+/?(.*)$ /\1
      option httpchk
      http-check send meth GET uri '/healthz?deep=1&x=%27' ver HTTP/1.1 hdr Host localhost
      http-check expect status 200-399
      # servers: check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-1 [fd00::5]:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-10 172.18.0.14:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50
      server node-2 172.18.0.6:8002 check inter 1000ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s maxconn 50 disabled

    """#
}
