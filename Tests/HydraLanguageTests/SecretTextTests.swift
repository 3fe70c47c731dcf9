import HydraDiagnostics
import HydraLanguage
import Testing

@Suite struct SecretTextTests {
  @Test(arguments: [
    ("service add web --env PASSWORD=hunter2 --replicas 3", "service add web --env PASSWORD=… --replicas 3"),
    ("service add web --env MODE=demo", "service add web --env MODE=…"),
    ("service add web --env=MODE=demo --env A=b", "service add web --env=MODE=… --env A=…"),
    ("service add web --env 'A=b c' --env \"B=c d\"", "service add web --env 'A=…' --env \"B=…\""),
    ("service add web --env hunter2", "service add web --env …"),
    ("service add web --env A=$a --env \"B=${env(B)}\"", "service add web --env A=$a --env \"B=${env(B)}\""),
    ("service add web --env A=x$a\"y${b}z\"", "service add web --env A=…$a\"…${b}…\""),
    ("service add web --env \\\n  A=b", "service add web --env \\\n  A=…"),
    ("service add web --evn A=b", "service add web --evn A=…"),
    ("service add web --env \"A=b", "service add web --env \"A=…"),
    ("service add web --env --replicas 3", "service add web --env --replicas 3"),
    ("service add web --env", "service add web --env"),
    ("service add web --env-file .env", "service add web --env-file .env"),
    ("node add --label API_KEY=abc --label rack=a", "node add --label API_KEY=… --label rack=a"),
    ("cluster connect http://a:1 --token abc#d", "cluster connect http://a:1 --token …"),
    ("cluster connect http://a:1 --tokne abc; state", "cluster connect http://a:1 --tokne …; state"),
    ("cluster connect http://a:1 --token $t", "cluster connect http://a:1 --token $t"),
    ("cluster connect http://u:pw@a:1/x", "cluster connect http://u:…@a:1/x"),
    ("http(\"http://u:pw@a:1/x@y\")", "http(\"http://u:…@a:1/x@y\")"),
    ("exec([\"mysql\", \"--password=hunter2\", \"x\"])", "exec([\"mysql\", \"--password=…\", \"x\"])"),
    ("exec([\"mysql\", \"--password\", 'hunter2', \"x\"])", "exec([\"mysql\", \"--password\", '…', \"x\"])"),
    ("service add a --image b -- run --api-key abc -x", "service add a --image b -- run --api-key … -x"),
    ("service add a --image b -- run --api-key=abc -x", "service add a --image b -- run --api-key=… -x"),
    ("service add a --image b -- run --password --x", "service add a --image b -- run --password --x"),
    ("http(u, {headers: {Authorization: \"Bearer x\"}})", "http(u, {headers: {Authorization: \"…\"}})"),
    ("exec([\"curl\", \"-H\", \"X-Api-Key: abc\", u])", "exec([\"curl\", \"-H\", \"X-Api-Key: …\", u])"),
    ("let password = \"hunter2\"", "let password = \"…\""),
    ("let r = {\"client-secret\": 'x', a: 'y'}", "let r = {\"client-secret\": '…', a: 'y'}"),
    ("expect env(API_TOKEN) == \"x\"", "expect env(API_TOKEN) == \"x\""),
    ("expect token != 'x'", "expect token != '…'"),
    ("let key = \"web\"; let keyboard = \"x\"", "let key = \"web\"; let keyboard = \"x\""),
    ("for key in keys(r) { print $key }", "for key in keys(r) { print $key }"),
  ])
  func valuesAreMasked(text: String, masked: String) {
    #expect(SecretText.masked(text) == masked)
  }

  @Test(arguments: [
    ("cluster connect http://a:1 --token abc", "cluster connect http://a:1 --token ${env(HYDRA_TOKEN)}"),
    (
      "service add web --env 'DB_PASSWORD=a b' --env MODE=demo",
      "service add web --env \"DB_PASSWORD=${env(DB_PASSWORD)}\" --env MODE=demo"
    ),
    ("let password = \"x\"", "let password = env(PASSWORD)"), ("state", "state"),
    ("cluster connect http://u:pw@a:1", nil), ("service add web --env hunter2", nil),
    ("print \"use PASSWORD=abc\"", nil), ("service add a --image b -- run --password abc", nil),
    ("exec([\"mysql\", \"--password\", \"abc\"])", "exec([\"mysql\", \"--password\", env(PASSWORD)])"),
    ("service add web --env 'A_KEY=b", "service add web --env \"A_KEY=${env(A_KEY)}\""),
  ])
  func whatIsKeptHoldsNoSecret(text: String, kept: String?) {
    #expect(SecretText.redacted(text) == kept)
  }

  /// Whatever the bytes are, what is found lies within them, in order, and what is kept holds nothing that is found.
  @Test func anyBytesAreReadToTheirEnd() {
    let pieces = [
      "--token", "--env", "=", " ", "\"", "'", "$", "{", "}", "(", ")", "\\", "\n", "://", "@", ":", "PASSWORD", "x",
      ";",
      "let key", "\u{E9}", "#", "--tokne", "!", "a=b",
    ]
    var state: UInt64 = 42
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      let bytes = Array(text.utf8)
      var last = 0
      for range in SecretText.ranges(in: bytes) {
        #expect(range.lowerBound >= last && !range.isEmpty && range.upperBound <= bytes.count, "\(text)")
        last = range.upperBound
      }
      if let kept = SecretText.redacted(text) {
        #expect(SecretText.findings(in: Array(kept.utf8), onlyNamed: true).isEmpty, "\(text)")
      }
    }
  }

  @Test(arguments: [
    ("unexpected argument 'DB_PASSWORD=a b' of 'x'", "unexpected argument 'DB_PASSWORD=…' of 'x'"),
    ("http://u:hunter2@h:1/a@b: connection refused", "http://u:…@h:1/a@b: connection refused"),
    ("GET /x?token=abc&a=b returned 400", "GET /x?token=…&a=b returned 400"),
    ("use --token=TOKEN, MODE=demo", "use --token=…, MODE=demo"), ("'a == b' is not true", "'a == b' is not true"),
    ("x [--env KEY=VALUE]…, expected key=value", "x [--env KEY=VALUE]…, expected key=value"),
    ("http://h:1/u:x@y", "http://h:1/u:x@y"),
    ("API_KEY= is empty", "API_KEY= is empty"),
  ])
  func messagesHideThem(message: String, shown: String) {
    let error = Diagnostic(
      code: .init("x"), message: message, range: nil, notes: [.init(message)], remedy: message)
    #expect(DiagnosticRenderer(SourceMap()).render(error) == "error: \(shown)\n  = \(shown)\n  = \(shown)\n")
    #expect(error.json(SourceMap()).hasSuffix("[{\"message\":\"\(shown)\"}],\"remedy\":\"\(shown)\"}"))
  }

  @Test func namesOfSecrets() {
    for name in ["PASSWORD", "DB_PASSWD", "githubToken", "AWS_SECRET_ACCESS_KEY", "api-key", "CREDENTIALS", "KEY"] {
      #expect(SecretNames.looksSecret(name), "\(name)")
    }
    for name in ["MODE", "KEYBOARD", "MONKEY", "PATH", "keys"] { #expect(!SecretNames.looksSecret(name), "\(name)") }
  }

  @Test func theSourceLineOfAnErrorHidesThem() {
    #expect(
      diagnose("let x = 1; cluster connect http://a:1 --token \"two words\" surplus\n") == """
        t.hydra:1:59: error: unexpected argument 'surplus' of 'cluster connect'
          1 | let x = 1; cluster connect http://a:1 --token "…" surplus
            |                                                   ^^^^^^^
            = usage: cluster connect URL [--token TOKEN] [--token-file PATH]

        """)
    // A value over several lines is hidden on each of them.
    #expect(
      diagnose("service add web --env \"KEY=-----BEGIN\nhunter2\nEND\" --nope x\n").contains("hunter2") == false)
  }
}
