/** CRC32 of parts that are not met in their order: the arithmetic of polynomials modulo the CRC's own, bits reflected. */
const polynomial = 0xedb88320
const one = 0x80000000
const xToThe8 = 0x00800000

function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = one, factor = b; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= factor
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1
  }
  return product >>> 0
}

/** What the passing of that many zero bytes multiplies a CRC with: x to the power of eight times their number. */
function shift(bytes: number): number {
  let power = one
  for (let left = bytes, square = xToThe8; left > 0; left = Math.floor(left / 2), square = multiply(square, square)) {
    if (left % 2 === 1) power = multiply(power, square)
  }
  return power
}

/** The CRC32 of two parts after each other, from theirs and the second one's length. */
export function joinedCrc(first: number, second: number, secondBytes: number): number {
  return (multiply(shift(secondBytes), first) ^ second) >>> 0
}

/** The CRC32 of that many zero bytes. */
export function zerosCrc(bytes: number): number {
  return (multiply(shift(bytes), 0xffffffff) ^ 0xffffffff) >>> 0
}
