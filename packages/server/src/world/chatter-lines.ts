/** What simulated people say. */
export const LINES: readonly string[] = [
  'good morning everyone',
  'anyone around?',
  'just pushed the fix, could someone have a look?',
  'the build is green again 🎉',
  'lunch break, back in an hour',
  'has anybody tried the new release yet?',
  'it works on my machine, I swear',
  'I finally understand intents. I think.',
  'who moved the coffee machine?',
  'that was a long meeting',
  'does this channel have a bot?',
  'I wrote a small script for that, happy to share it',
  'rain again, of course',
  'what are you all working on today?',
  'three tests left to fix',
  'the docs are better than I expected',
  'can we move the call to four?',
  'I keep reading "gateway" as "getaway"',
  'new keyboard day!',
  'there is cake in the kitchen',
  'does somebody remember the name of that song?',
  'I will be late tomorrow',
  'nice work on the dashboard',
  'why is it always DNS',
  'thanks, that solved it',
  'see you on Monday',
];

export const REPLIES: readonly string[] = [
  'same here',
  'yes!',
  'not yet, maybe tonight',
  'haha, fair enough',
  'I can help with that',
  'good point',
  'are you sure?',
  'thank you!',
  'tell me more',
  'that made my day',
];

export const BOT_COMMAND = '!ping';

/** What an edit adds to a former message. */
export const AFTERTHOUGHTS: readonly string[] = [
  ' (edit: typo)',
  ' – never mind, found it',
  ' 🙂',
  ' …or so I hope',
];

export const EMOJIS: readonly string[] = ['👍', '🎉', '😂', '❤️', '👀', '🔥'];
