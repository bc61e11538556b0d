export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  /** Which of the choices is right, from 0. */
  readonly right: number;
}

export const questions: readonly Question[] = [
  { text: "How many legs has a crab?", choices: ["6", "8", "10"], right: 2 },
  { text: "What holds a kelp to the sea floor?", choices: ["A holdfast", "A root", "Luck"], right: 0 },
  { text: "Which way does a crab prefer to walk?", choices: ["Forwards", "Sideways", "Home"], right: 1 },
  { text: "How many hearts has an octopus?", choices: ["1", "2", "3"], right: 2 },
];

/** The question with this number; after the last one it begins again. */
export function questionOf(number: number): Question {
  return questions[number % questions.length] as Question;
}
