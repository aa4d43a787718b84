// Health check: exit 0 when this member takes writes. Initiates the replica set of one when it is not yet.
// During the image's first start a temporary mongod without replication answers: that is "not healthy", nothing more.
const connection = new Mongo("mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=4000");
const admin = connection.getDB("admin");
admin.auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD);
try {
  admin.runCommand({ replSetGetStatus: 1 }).ok;
} catch (error) {
  if (error.codeName === "NotYetInitialized") {
    admin.runCommand({
      replSetInitiate: { _id: "duze", members: [{ _id: 0, host: "mongo:27017" }] },
    });
  }
  quit(1);
}
quit(admin.hello().isWritablePrimary ? 0 : 1);
