/**
 * Text of the wire as one line that a terminal cannot be commanded by: control characters, and marks that turn the
 * direction of writing, become a dot.
 * @param maxLength in UTF-16 units; what is longer ends in an ellipsis
 */
export function printable(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  // Cut first: the wire may send megabytes.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1).toWellFormed()}…` : text;
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
