// Run once by the image, when the data folder is empty: one database user per service, which can reach its own
// database and no other. Passwords come from the environment.
const admin = db.getSiblingDB("admin");
for (const service of ["findings", "accountability", "notifications", "reporting"]) {
  const password = process.env[`DUZE_${service.toUpperCase()}_PASSWORD`];
  if (!password) {
    throw new Error(`DUZE_${service.toUpperCase()}_PASSWORD is not set`);
  }
  // Of its audit trail it may find and insert rows, and nothing else; so the indexes are made here (the same as in
  // shared/audit/storage.py).
  const trail = `duze_${service}_audit`;
  const rows = db.getSiblingDB(trail).getCollection("trail");
  rows.createIndex({ position: 1 }, { unique: true });
  rows.createIndex({ at: -1, _id: -1 });
  for (const field of ["subject", "actor", "action"]) {
    rows.createIndex({ [field]: 1, at: -1, _id: -1 });
  }
  admin.createRole({
    role: trail,
    privileges: [
      {
        resource: { db: trail, collection: "" },
        actions: ["find", "insert", "listCollections", "listIndexes"],
      },
    ],
    roles: [],
  });
  admin.createUser({
    user: service,
    pwd: password,
    roles: [
      { role: "readWrite", db: `duze_${service}` },
      { role: trail, db: "admin" },
    ],
  });
}
