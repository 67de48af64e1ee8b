/** What became of a program of another maker. */
export type Outcome = { readonly type: 'passed' } | { readonly type: 'skipped'; readonly why: string };
