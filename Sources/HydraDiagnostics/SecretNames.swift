/// Which names look as if they named a secret.
public enum SecretNames {
  /// Parts of a name that mark a secret, wherever they stand in it.
  private static let parts = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "AUTHORIZATION"]
  /// Words that mark a secret when they are a whole part of the name: `API_KEY`, but not `KEYBOARD`.
  private static let words: Set<Substring> = ["KEY", "APIKEY", "PWD"]

  /// Whether `name` looks like the name of a secret: `PASSWORD`, `GITHUB_TOKEN`, `api-key`, `clientSecret`.
  public static func looksSecret(_ name: some StringProtocol) -> Bool {
    let upper = name.uppercased()
    if parts.contains(where: { upper.contains($0) }) { return true }
    return upper.split { !$0.isLetter && !$0.isNumber }.contains { words.contains($0) }
  }
}
