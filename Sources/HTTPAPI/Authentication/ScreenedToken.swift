/// A token in the form of one that an issuer known here has signed with a key known here; nothing of it believed yet.
struct ScreenedToken {
  let token: UnverifiedToken
  let algorithm: SigningAlgorithm
  let keys: IssuerKeys
  let key: IssuerKeys.Known
}
