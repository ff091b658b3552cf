/** A skill, and how a text names it. */
export interface Skill {
  name: string;
  pattern: RegExp;
}

/**
 * About 150 skills. `Name` stands for itself, as a whole word in any case; `Name = a | b` lists other spellings (regular
 * expressions); `!` before the name makes case count, for names that are ordinary words.
 */
const source = `
Python | SQL = sql | MySQL | PostgreSQL = postgres(?:ql)? | Oracle | SQL Server | NoSQL | MongoDB | Java | JavaScript = javascript|\\bjs
TypeScript | C++ = c\\+\\+ | C# = c# | .NET = \\.net | PHP | Ruby | !Go = Golang|Go language | !R = R(?= programming|,| or SAS)|RStudio | Scala | Kotlin
Swift programming = Swift(?= (?:UI|programming|developer)) | MATLAB | SAS | SPSS | Stata | VBA | HTML = html5? | CSS = css3? | React = react(?:\\.?js)? | Angular = angular(?:\\.?js)?
Node.js = node\\.?js | Spring = spring boot|spring framework | REST APIs = rest(?:ful)? apis?|apis? | Git = git(?:hub|lab)? | Linux | Unix | Windows Server | PowerShell
AWS = aws|amazon web services | Azure | Google Cloud = gcp|google cloud | Docker | Kubernetes | Terraform | CI/CD = ci/cd|continuous integration | DevOps
Hadoop | !Spark = Apache Spark|Spark | Kafka | ETL | Data Warehousing = data warehous\\w+ | Data Analysis = data analy\\w+|analy[sz]e data|analy[sz]ing data | Data Visualization = data visuali[sz]ation
Data Entry | Data Mining | Data Management | Machine Learning | Statistics = statistic\\w* | Predictive Modeling = predictive model\\w* | Quantitative Analysis = quantitative (?:analy\\w+|model\\w*|skills) | Forecasting
Tableau | Power BI | Microsoft Excel = excel | Microsoft Word = (?:ms|microsoft) word|word,? (?:and )?(?:excel|powerpoint)|excel,? (?:and )?word | PowerPoint | Outlook | Microsoft Access = (?:ms|microsoft) access|access database | Microsoft Office = (?:ms|microsoft) office|office suite
SharePoint | Visio | Microsoft Project = (?:ms|microsoft) project | SAP | Salesforce | CRM | ERP | QuickBooks | Adobe Creative Suite = adobe|photoshop|illustrator|indesign | AutoCAD = auto ?cad | SolidWorks
Networking = network (?:administration|security|engineering|infrastructure)|tcp/ip | Cybersecurity = cyber ?security|information security | Technical Support = technical support|help ?desk | Software Development = software (?:development|engineering) | Web Development = web (?:development|design)
Software Testing = software test\\w*|quality assurance testing | Agile | Scrum | JIRA | UX Design = \\bux|user experience | Graphic Design | Database Management = database (?:management|administration|design)s?
Leadership = leadership|lead a team|leading teams | Communication = communicat\\w+ | Written Communication = writ(?:ten|ing)(?: and \\w+)? (?:communication|skills) | Presentation = presentations? | Public Speaking | Teamwork = team ?work|team player|team environment|work(?:ing)? in teams? | Collaboration = collaborat\\w+
Problem Solving = problem[- ]solv\\w+ | Critical Thinking = critical think\\w+ | Analytical Skills = analytical | Time Management = time[- ]management|prioriti[sz]\\w+ | Organization = organi[sz]ational skills|highly organi[sz]ed|organi[sz]ed | Attention to Detail = attention to detail|detail[- ]orient\\w+
Multitasking = multi-?task\\w* | Adaptability = adaptab\\w+|flexib(?:le|ility) | Creativity = creativ(?:e|ity) | Negotiation = negotiat\\w+ | Decision Making = decision[- ]making | Interpersonal Skills = interpersonal | Coaching = coach(?:ing|es)? | Mentoring = mentor(?:ing)?
Training = train(?:ing)? (?:staff|employees|others|materials|programs) | Customer Service = customer (?:service|support|care) | Relationship Building = relationship[- ]building|build(?:ing)? relationships|relationship management | Conflict Resolution = conflict resolution
Project Management = project manage\\w+|manage(?:s|ing)? projects | Program Management | Product Management | Process Improvement = process improvement|improve(?:ments? to)? (?:business )?processes | Change Management | Risk Management = risk (?:management|assessment) | Strategic Planning = strateg(?:ic planning|y)
Business Analysis = business analys(?:is|t) | Business Development | Requirements Gathering = requirements gathering|gather(?:ing)? requirements | Vendor Management | Quality Assurance | Quality Control | Six Sigma | Lean = lean manufacturing|lean six sigma
Operations Management = operations management|operational excellence | Supply Chain = supply chain | Logistics | Procurement = procurement|purchasing | Inventory Management = inventory | Manufacturing | Event Planning = event (?:planning|coordination|management)
Finance = financ(?:e|ial) | Accounting = account(?:ing|ant) | Financial Analysis = financial analy\\w+ | Financial Modeling = financial model\\w* | Budgeting = budget\\w* | Financial Reporting = financial report\\w* | Auditing = audit\\w* | Tax = tax(?:es|ation)? | Payroll | Bookkeeping
Accounts Payable | Accounts Receivable | Investment Analysis = investment (?:analysis|banking|research) | Valuation | Underwriting | Banking | Insurance | Compliance = complian\\w+ | Contract Management = contract (?:management|negotiation)s? | Legal Research
Marketing | Digital Marketing | Social Media | SEO = seo|search engine optimi[sz]ation | Content Creation = content (?:creation|marketing|management) | Copywriting = copy ?writing | Market Research | Advertising | Public Relations | Branding = brand(?:ing)? | Google Analytics
Sales = sales | Account Management | Lead Generation | E-commerce = e-?commerce | Retail | Merchandising | Cash Handling | Real Estate | Hospitality | Food Service = food (?:service|safety)
Human Resources | Recruiting = recruit(?:ing|ment) | Onboarding | Employee Relations | Performance Management | Teaching | Curriculum Development | Research = research | Editing = editing|proofreading | Journalism | Translation | Spanish
Nursing = nurs(?:e|ing) | Patient Care | CPR | Medical Terminology | Electronic Medical Records = electronic (?:medical|health) records|\\bemr|\\behr | HIPAA | Clinical Research | Pharmacy | Laboratory Techniques = laborator\\w+ | Healthcare = health ?care
Mechanical Engineering | Electrical Engineering | Civil Engineering | Construction | Maintenance = preventive maintenance|equipment maintenance | Welding | Safety = osha|safety (?:procedures|standards|regulations) | Driving = driver'?s license | Technical Writing
`;

function readSkill(entry: string): Skill {
  const [left = '', ...spellings] = entry.split(/ = /);
  const exact = left.trim().startsWith('!');
  const name = left.trim().replace(/^!/, '');
  const body = spellings[0]?.trim() || name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { name, pattern: new RegExp(`(?<![\\w.])(?:${body})(?![\\w+#])`, exact ? '' : 'i') };
}

export const builtInTaxonomy: Skill[] = source
  .trim()
  .split(/\n| \| /)
  .map(readSkill);
