namespace peregrine::system {}
