// The mark of Holdfast: a ring that has lost a piece, and what holds its place.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle class="mark-ring" cx="16" cy="16" r="11.5" pathLength={100} />
      <circle class="mark-seat" cx="24.1" cy="7.9" r="4" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span class="wordmark">
      <Mark />
      <span>Holdfast</span>
    </span>
  );
}
