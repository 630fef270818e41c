/**
 * The two-sided p of a correlation `r` with so many degrees of freedom, from Student's t: t² = r² df ÷ (1 − r²), and
 * P(|T| ≥ t) = I_{df/(df+t²)}(df/2, ½), where df/(df+t²) is just 1 − r². (Abramowitz & Stegun 26.7.1, 26.5.27)
 */
export function correlationP(r: number, degreesOfFreedom: number): number {
  return regularizedBeta((1 - r) * (1 + r), degreesOfFreedom / 2, 0.5, r * r);
}

/**
 * The regularized incomplete beta function I_x(a, b), by the continued fraction of DLMF 8.17.22 with Lentz's algorithm; on the side of
 * its mean where it converges fast, which is also where small values keep all their digits. `x` in 0…1, `a` and `b` above 0; whoever
 * knows 1 − `x` better than by subtraction gives that too.
 */
export function regularizedBeta(x: number, a: number, b: number, complement = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(complement, b, a, x);
  const logFront = a * Math.log(x) + b * Math.log(complement) +
    logGamma(a + b) - logGamma(a) - logGamma(b);
  return Math.exp(logFront) * continuedFraction(x, a, b) / a;
}

/** The natural logarithm of the gamma function for z > 0: Lanczos' approximation, g = 607/128, by P. Godfrey; some 15 digits. */
export function logGamma(z: number): number {
  const base = z + lanczosG - 0.5;
  const series = lanczos.reduce(
    (sum, coefficient, index) => sum + (index === 0 ? coefficient : coefficient / (z + index - 1)),
    0,
  );
  return (z - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * series);
}

const lanczosG = 607 / 128;
const lanczos = [
  0.99999999999999709182,
  57.156235665862923517,
  -59.597960355475491248,
  14.136097974741747174,
  -0.49191381609762019978,
  0.33994649984811888699e-4,
  0.46523628927048575665e-4,
  -0.98374475304879564677e-4,
  0.15808870322491248884e-3,
  -0.21026444172410488319e-3,
  0.21743961811521264320e-3,
  -0.16431810653676389022e-3,
  0.84418223983852743293e-4,
  -0.26190838401581408670e-4,
  0.36899182659531622704e-5,
];

const tiny = 1e-300;
const maxTerms = 10_000;

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - (a + b) * x / (a + 1));
  let fraction = d;
  for (let m = 1; m <= maxTerms; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) return fraction;
  }
  throw new RangeError(`The incomplete beta function does not converge for a = ${a}, b = ${b}`);
}

/** A number that can be divided by. */
function away(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
