// What is asked, with the right answers: the server's alone. No page imports this.

export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  /** An index into the choices. */
  readonly right: number;
}

export const questions: readonly Question[] = [
  { text: "How many legs has a crab?", choices: ["6", "8", "10"], right: 2 },
  { text: "What holds a kelp to the sea floor?", choices: ["A holdfast", "A root", "An anchor"], right: 0 },
  { text: "What does a sea star use to see?", choices: ["Nothing", "Its arms' ends", "Its mouth"], right: 1 },
];
