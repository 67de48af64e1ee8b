export interface BenchArguments {
  /** Those named, in the order of the benches; all when none is named. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly writeDocs: boolean;
}

export class BenchArgumentError extends Error {}

const FLAGS = ['--quick', '--write-docs'] as const;

/** @throws BenchArgumentError for what is not known */
export function readArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const named = args.filter((arg) => !arg.startsWith('-'));
  const flags = args.filter((arg) => arg.startsWith('-'));
  const strange = [
    ...named.filter((name) => !known.includes(name)),
    ...flags.filter((flag) => !FLAGS.some((each) => each === flag)),
  ];
  if (strange.length > 0) {
    throw new BenchArgumentError(
      `There is no ${strange.join(' and no ')}. Usage: npm run bench -- [${known.join('|')} ...] [${FLAGS.join('] [')}]`,
    );
  }
  const quick = flags.includes('--quick');
  const writeDocs = flags.includes('--write-docs');
  if (quick && writeDocs) throw new BenchArgumentError('The figures of a quick run are not to be quoted.');
  return {
    names: named.length === 0 ? known : known.filter((name) => named.includes(name)),
    quick,
    writeDocs,
  };
}
