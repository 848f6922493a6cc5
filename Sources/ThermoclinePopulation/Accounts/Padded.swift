/// `number` with leading zeros to at least `width` digits; `number` ≥ 0.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
