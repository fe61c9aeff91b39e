import { fnv1a } from './fnv1a.ts';

/** The kinds of words that the features count; each is a bit in {@link kindsOf}. */
export const WORD_KINDS = [
  'maths',
  'code',
  'programming',
  'step',
  'constraint',
  'question',
  'why',
  'compare',
  'prove',
  'compute',
  'explain',
  'define',
  'negation',
  'json',
  'common',
] as const;

export type WordKind = (typeof WORD_KINDS)[number];

/** Words and pairs of words, in lower case, between blanks; `_` stands for the blank within a pair. */
const WORDS: Readonly<Record<WordKind, string>> = {
  maths: `equation equations integral derivative polynomial matrix vector triangle circle probability function sum product ratio
    percent percentage angle prime integer integers fraction modulo sqrt log sin cos tan logarithm exponent root roots real
    complex graph coefficient radius perimeter area volume divisible remainder average mean median variance`,
  code: 'def return const let var void import elif println printf lambda async await',
  programming: `python javascript typescript java rust golang sql html css api bug debug compile compiler algorithm array string
    class method script code program programming regex database query server thread recursion pointer stack queue loop
    variable runtime exception library framework`,
  step: `step steps then first second third next finally each total after before every per already left remaining half twice
    altogether`,
  constraint: `must exactly only without at_least at_most no_more always never required require unless except within limit
    maximum minimum between should cannot`,
  question: 'what which who whom whose when where how_many how_much',
  why: 'why how',
  compare: 'compare compared comparison versus vs difference differences differ contrast better worse best similar',
  prove: 'prove proof proofs derive theorem lemma show_that corollary induction contradiction axiom',
  compute: `calculate find solve compute evaluate determine how_many how_much simplify estimate count number value`,
  explain:
    'explain describe write design summarize summarise discuss analyze analyse essay story draft compose outline plan',
  define: 'translate translation define definition meaning synonym means',
  negation:
    "not no never none nor neither cannot without except isn't don't doesn't aren't can't won't false incorrect",
  json: 'json yaml xml csv schema',
  common: `the of and a to in is you that it he was for on are as with his they i at be this have from or one had by word but
    not what all were we when your can said there use an each which she do how their if will up other about out many then them
    these so some her would make like him into time has look two more write go see number no way could people my than first
    water been call who its now find long down day did get come made may part over new sound take only little work know place
    year live me back give most very after thing our just name good sentence man think say great where help through much before
    line right too mean old any same tell boy follow came want show also around form three small set put end does another well
    large must big even such because turn here why ask went men read need land different home us move try kind hand picture
    again change off play air away house point page letter answer found study still learn should world following true false
    between among both few own under while during against without since until`,
};

const KINDS = new Map<number, number>();
for (const [kind, words] of Object.entries(WORDS)) {
  const bit = 1 << WORD_KINDS.indexOf(kind as WordKind);
  for (const word of words.split(/\s+/u)) {
    const hash = fnv1a(word.replace('_', ' '));
    KINDS.set(hash, (KINDS.get(hash) ?? 0) | bit);
  }
}

/** The kinds, as bits, of the word or pair of words with this FNV-1a hash; 0 for one that no list has. */
export function kindsOf(hash: number): number {
  return KINDS.get(hash) ?? 0;
}

/** The bit of a kind. */
export function bitOf(kind: WordKind): number {
  return 1 << WORD_KINDS.indexOf(kind);
}
