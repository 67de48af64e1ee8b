const WIDTH = 84;
const HEIGHT = 22;

/** Bars of the last half minute. The figure beside it says the same to those who do not see them. */
export function Spark({ values }: { readonly values: readonly number[] }) {
  const max = Math.max(4, ...values);
  const step = WIDTH / values.length;
  const bars = values
    .map((value, index) => {
      const height = value === 0 ? 1 : Math.max(2, (value / max) * HEIGHT);
      return `M${(index * step).toFixed(1)} ${(HEIGHT - height).toFixed(1)}h${(step - 0.9).toFixed(1)}v${height.toFixed(1)}h-${(step - 0.9).toFixed(1)}z`;
    })
    .join('');
  return (
    <svg
      className="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <path d={bars} fill="currentColor" />
    </svg>
  );
}
