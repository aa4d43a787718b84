// Run once by the image, when the data folder is empty: one database user per service, which can reach its own
// database and no other. Passwords come from the environment.
const admin = db.getSiblingDB("admin");
for (const service of ["findings", "accountability", "notifications", "reporting"]) {
  const password = process.env[`DUZE_${service.toUpperCase()}_PASSWORD`];
  if (!password) {
    throw new Error(`DUZE_${service.toUpperCase()}_PASSWORD is not set`);
  }
  admin.createUser({ user: service, pwd: password, roles: [{ role: "readWrite", db: `duze_${service}` }] });
}
