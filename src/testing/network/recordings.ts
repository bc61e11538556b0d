// In which intervals of at least a second five moving phones' cellular links delivered nothing, as [start, length] in
// milliseconds from the recording's beginning. Measured from the packet-delivery traces of the Mahimahi project
// (https://github.com/ravinet/mahimahi, folder traces/; GPL-3.0-or-later), which were recorded with Saturator: K. Winstein,
// A. Sivaraman, H. Balakrishnan, "Stochastic Forecasts Achieve High Throughput and Low Delay over Cellular Networks", NSDI
// 2013. Nothing of the traces themselves, and no code of that project, is here: these are times that were read off them.

/** One recording: `[start, length]` of each outage, in milliseconds. */
export interface Recording {
  readonly name: string;
  /** `down`: from the network to the phone; `up`: back. */
  readonly direction: "up" | "down";
  readonly durationMs: number;
  readonly outages: readonly (readonly [startMs: number, lengthMs: number])[];
}

export const recordings: readonly Recording[] = [
  {
    name: "TMobile-UMTS-driving",
    direction: "down",
    durationMs: 928424,
    outages: [
      [16680, 1089],
      [29597, 3043],
      [32790, 1110],
      [40044, 2327],
      [42410, 1629],
      [44071, 1961],
      [46196, 1455],
      [48785, 5753],
      [54639, 1470],
      [56180, 4183],
      [61843, 1166],
      [79796, 1034],
      [123648, 1000],
      [124648, 1000],
      [125648, 1000],
      [126648, 1010],
      [128648, 4941],
      [133659, 3072],
      [137690, 2331],
      [150668, 1023],
      [176272, 2956],
      [179298, 1295],
      [182640, 1662],
      [187150, 1933],
      [190293, 1199],
      [232420, 1755],
      [329279, 2830],
      [338282, 1537],
      [461427, 1000],
      [462427, 1340],
      [479057, 1004],
      [869928, 2166],
    ],
  },
  {
    name: "TMobile-UMTS-driving",
    direction: "up",
    durationMs: 931233,
    outages: [
      [30984, 3516],
      [37316, 1105],
      [41737, 2148],
      [45014, 1211],
      [46225, 1241],
      [51525, 1050],
      [52575, 5830],
      [58405, 3000],
      [130028, 4891],
      [134978, 3053],
      [139040, 1220],
      [140260, 1140],
      [151744, 1275],
      [178317, 1522],
      [180149, 1890],
      [188440, 2251],
      [191812, 1065],
      [233739, 2259],
      [275568, 1059],
      [319661, 1796],
      [330632, 3388],
      [339449, 1972],
      [871075, 2677],
    ],
  },
  {
    name: "TMobile-LTE-driving",
    direction: "down",
    durationMs: 474609,
    outages: [
      [21636, 1058],
      [234375, 1007],
      [240945, 1017],
      [245943, 1015],
      [287608, 1011],
      [313370, 1041],
    ],
  },
  {
    name: "ATT-LTE-driving-2016",
    direction: "up",
    durationMs: 120002,
    outages: [
      [488, 1042],
      [3007, 2221],
      [19279, 1267],
      [20836, 4061],
      [83879, 1068],
      [100927, 1049],
      [110164, 1073],
      [111561, 1069],
    ],
  },
  { name: "Verizon-LTE-short", direction: "up", durationMs: 140000, outages: [[65760, 1718]] },
];
