/** Settles with the first SIGINT or SIGTERM; the second ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((settle) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        settle();
      });
    }
  });
}
