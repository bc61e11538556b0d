// The picture of the welcome page: seats around what holds them, one kept for somebody who is away. Decoration only.

const seats = 11;
const awaySeat = 2;
const tableRadius = 150;
const seatRadius = 25;

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly tether: string;
}

/** Where a seat stands, and the curve that ties it to the middle. */
function spotOf(seat: number): Spot {
  const angle = (seat / seats) * 2 * Math.PI - Math.PI / 2;
  const at = (radius: number, turn: number) => [
    Math.cos(angle + turn) * radius,
    Math.sin(angle + turn) * radius,
  ];
  const [x = 0, y = 0] = at(tableRadius + (seat % 2) * 14, 0);
  const [bendX, bendY] = at(tableRadius * 0.55, 0.42);
  return { x, y, tether: `M0 0Q${bendX} ${bendY} ${x} ${y}` };
}

export function SeatsPicture() {
  const spots = Array.from({ length: seats }, (_, seat) => spotOf(seat));
  return (
    <svg class="seats-picture" viewBox="-200 -200 400 400" aria-hidden="true" focusable="false">
      {spots.map(({ tether }, seat) => (
        <path key={seat} class={`tether ${seat === awaySeat ? "is-slack" : ""}`} d={tether} />
      ))}
      {spots.map(({ x, y }, seat) => (
        <g key={seat} transform={`translate(${x} ${y})`}>
          {seat === awaySeat ? (
            <>
              <circle class="picture-track" r={seatRadius} />
              <circle class="picture-ring" r={seatRadius} pathLength={100} transform="rotate(-90)" />
            </>
          ) : (
            <circle class={`picture-seat tone-${seat % 8}`} r={seatRadius} />
          )}
        </g>
      ))}
      <circle class="picture-core" r="30" />
    </svg>
  );
}
