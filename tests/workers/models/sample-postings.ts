/** Short postings of our own writing, each with other facts in it. */
export const postings = {
  nurse: {
    title: 'Night Nurse',
    company: 'Harbour Clinic',
    location: 'Portsmouth, NH',
    description: `Harbour Clinic runs forty beds by the sea. The Night Nurse will monitor patients on two wards and report every change
to the doctor on call. You will prepare medication, support families and train new colleagues. A nursing degree and a valid state
license are required. Two years of experience with patient care are preferred. We are an equal opportunity employer. Send your
resume and cover letter to the head of the ward. Pay is $42 an hour with benefits. Night shifts end with breakfast on the terrace.`,
  },
  engineer: {
    title: 'Data Engineer',
    company: 'Kestrel Grain',
    location: 'Ames, IA',
    description: `Kestrel Grain weighs every truck that leaves the field. As Data Engineer you will design pipelines in Python and SQL
and maintain a data warehouse on AWS. You will collaborate with farmers who know more about weather than any model. Reports for the
finance team leave on the first of each month. A degree in computer science or five years of practice is required. Strong
communication and problem solving skills are a must. Knowledge of Kafka and Spark is a plus.`,
  },
  promised: {
    title: 'Senior Liaison II',
    company: 'Borealis Holdings',
    location: 'Duluth, MN',
    description: `Senior Liaison II. Internal candidates preferred; backfill for the current incumbent. Must have exactly 7 years with the
QXR, TPL, MNV, SSB, DRK and ZPO systems. Must hold clearance within the department. Must be available Monday. Only written referrals.`,
  },
};

export const grading = (summary: string) =>
  `Grade the summary. Answer [PASS] or [FAIL].\n\nSummary:\n${summary}`;
