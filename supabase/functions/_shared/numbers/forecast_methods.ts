/** The smoothing of the level and of the trend, and by how much each step keeps of the trend, all in 0–1. */
export interface DampedParameters {
  alpha: number;
  beta: number;
  phi: number;
}

interface State {
  level: number;
  trend: number;
}

/**
 * Forecasts by Holt's method with a damped trend:
 * `l = αy + (1−α)(l' + φb')`, `b = β(l − l') + (1−β)φb'`, and h steps ahead `l + (φ + … + φ^h) b`.
 * Gardner and McKenzie 1985; Hyndman and Athanasopoulos, 8.2. With φ = 1 it is Holt's linear method.
 *
 * @param start The state before the first observation; without one the first two observations give it.
 */
export function dampedTrend(
  observed: number[],
  parameters: DampedParameters,
  horizon: number,
  start?: State,
): number[] {
  const { phi } = parameters;
  const { level, trend } = smooth(observed, parameters, start).state;
  let damping = 0;
  return Array.from({ length: horizon }, (_, step) => {
    damping += phi ** (step + 1);
    return level + damping * trend;
  });
}

/**
 * The parameters with the smallest sum of squared one-step errors, on a grid that is then refined around its best point twice. φ
 * stays within 0.8–0.98: below, the trend is gone at once, above, the method cannot be told from an undamped one.
 */
export function fitDamped(observed: number[]): DampedParameters {
  let best = { alpha: 0.5, beta: 0.1, phi: 0.9 };
  let least = Infinity;
  let step = { smoothing: 0.15, phi: 0.06 };
  const around = (centre: number, width: number, low: number, high: number) =>
    [-3, -2, -1, 0, 1, 2, 3].map((n) => centre + n * width).filter((x) => x >= low && x <= high);
  for (let round = 0; round < 3; round++) {
    const { alpha: a, beta: b, phi: p } = best;
    for (const alpha of around(a, step.smoothing, 0.01, 0.99)) {
      for (const beta of around(round === 0 ? 0.46 : b, step.smoothing, 0.0001, 0.99)) {
        for (const phi of around(p, step.phi, 0.8, 0.98)) {
          const { squares } = smooth(observed, { alpha, beta, phi });
          if (squares < least) [least, best] = [squares, { alpha, beta, phi }];
        }
      }
    }
    step = { smoothing: step.smoothing / 3, phi: step.phi / 3 };
  }
  return best;
}

/** Repeats the last `season` observations; with a season of 1 the last one. Hyndman and Athanasopoulos, 5.2. */
export function seasonalNaive(observed: number[], season: number, horizon: number): number[] {
  const last = observed.slice(-season);
  return Array.from({ length: horizon }, (_, step) => last[step % last.length] ?? NaN);
}

/** The state after the last observation, and the sum of the squared one-step errors on the way. */
function smooth(
  observed: number[],
  { alpha, beta, phi }: DampedParameters,
  start?: State,
): { state: State; squares: number } {
  const [first = 0, second = first] = observed;
  let { level, trend } = start ?? { level: first, trend: second - first };
  let squares = 0;
  for (const value of start ? observed : observed.slice(1)) {
    const expected = level + phi * trend;
    const before = level;
    squares += (value - expected) ** 2;
    level = alpha * value + (1 - alpha) * expected;
    trend = beta * (level - before) + (1 - beta) * phi * trend;
  }
  return { state: { level, trend }, squares };
}
