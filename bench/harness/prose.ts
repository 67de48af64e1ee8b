/** Text as people write it, from a fixed seed: no two messages alike, and as hard to compress as the real thing. */

const WORDS = (
  'the I you to a it that and of in is for on my this me have be but not with so just like are was what do if can ' +
  'we get your know at all no or one up out they think about when there good he time go how as would some really ' +
  'from an more people see now even right need want make then well because too why could only did still them been ' +
  'lol yeah yes okay thanks sorry maybe actually pretty sure server game play played update channel message role ' +
  'someone anyone everybody today tomorrow tonight weekend working broken fixed started stream music video picture ' +
  'link docs issue build version release branch error crash log screen keyboard monitor laptop phone train coffee ' +
  'pizza dinner weather outside inside question answer reason problem solution example function library package ' +
  'honestly basically literally probably definitely eventually yesterday somewhere together without between ' +
  'remember understand happened waiting looking thinking building testing shipping reading watching listening'
).split(' ');
const ENDINGS = ['.', '.', '.', ',', '?', '!', ' :)', '...'];
const LETTERS = [...'abcdefghijklmnoprstuvwz'];
/** The share of words that are in no dictionary: names, slips, links. */
const ODD_WORDS = 0.08;
const SENTENCE_WORDS = 9;
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
const MODULUS = 2 ** 32;

export class Prose {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  /** 0 to 1, 1 excluded. */
  random(): number {
    this.#state = (this.#state * MULTIPLIER + INCREMENT) % MODULUS;
    return this.#state / MODULUS;
  }

  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)] as Item;
  }

  /** A snowflake-like id of 18 digits. */
  id(): string {
    return `${1 + Math.floor(this.random() * 9)}${this.#digits(8)}${this.#digits(9)}`;
  }

  /** So many hexadecimal digits, as of an image's hash. */
  hash(length: number): string {
    return Array.from({ length }, () => Math.floor(this.random() * 16).toString(16)).join('');
  }

  /** A name as nobody else has it. */
  name(): string {
    const letters = Array.from({ length: 6 }, () => this.pick(LETTERS)).join('');
    return `${letters}${this.#digits(2)}`;
  }

  /** So many characters of sentences. */
  text(length: number): string {
    let text = '';
    while (text.length < length) {
      const words = Array.from({ length: SENTENCE_WORDS }, () => this.#word());
      text += `${words.join(' ')}${this.pick(ENDINGS)} `;
    }
    return text.slice(0, length).trimEnd();
  }

  /** Common words come more often: the list is sorted by use. */
  #word(): string {
    if (this.random() < ODD_WORDS) return this.name();
    return WORDS[Math.floor(this.random() * this.random() * WORDS.length)] ?? '';
  }

  #digits(count: number): string {
    return String(Math.floor(this.random() * 10 ** count)).padStart(count, '0');
  }
}
